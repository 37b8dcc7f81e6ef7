import EventLoop

/// Calls once at a moment, unless it is dropped before.
final class ConnectDeadline: TimerTarget {
    private let loop: EventLoop
    private let passed: () -> Void
    private var timer: TimerID?

    init(loop: EventLoop, atNs timeNs: UInt64, passed: @escaping () -> Void) {
        self.loop = loop
        self.passed = passed
        timer = loop.arm(Relay(self), atNs: timeNs)
    }

    deinit { if let timer { loop.cancel(timer) } }

    func timerFired() {
        timer = nil
        passed()
    }

    /// The loop keeps a timer's target alive; it must not keep this.
    private final class Relay: TimerTarget {
        private weak var deadline: ConnectDeadline?

        init(_ deadline: ConnectDeadline) { self.deadline = deadline }

        func timerFired() { deadline?.timerFired() }
    }
}
