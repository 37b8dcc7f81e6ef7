import CLinux
import Glibc

extension EventLoop {
    /// Runs the closure on the loop while the calling thread waits for its result. For starting and stopping
    /// only: it blocks, so it must never be called on a loop.
    package func runAndWait<Result: Sendable>(_ body: sending @escaping () -> Result) -> Result {
        precondition(!isCurrent, "a loop would wait for itself")
        let handover = Handover<Result>()
        execute { handover.fill(body()) }
        return handover.wait()
    }

    // Sendable because the result is written before the descriptor is signalled and read after it was seen.
    private final class Handover<Result: Sendable>: @unchecked Sendable {
        private var result: Result?
        private let filled = clinux_eventfd()

        deinit { close(filled) }

        func fill(_ result: Result) {
            self.result = result
            clinux_eventfd_signal(filled)
        }

        func wait() -> Result {
            var waiting = pollfd(fd: filled, events: Int16(POLLIN), revents: 0)
            while poll(&waiting, 1, -1) != 1 {}
            clinux_eventfd_drain(filled)
            return result!
        }
    }
}
