import CLinux
import Glibc

/// Signals as events of a loop, so that a handler is ordinary code and not code in a signal's context.
package final class SignalSource: EventSource {
    private let received: (Int32) -> Void

    /// Blocks the signals for the calling thread and all that it starts later: make it before any thread.
    package init?(_ signals: [Int32], received: @escaping (Int32) -> Void) {
        self.received = received
        let descriptor = clinux_signalfd(signals, Int32(signals.count))
        guard descriptor >= 0 else { return nil }
        super.init(descriptor: descriptor)
    }

    deinit { close(descriptor) }

    public override func becameReady(_ events: EventSet) {
        while true {
            let signal = clinux_signalfd_read(descriptor)
            guard signal != 0 else { return }
            received(signal)
        }
    }
}
