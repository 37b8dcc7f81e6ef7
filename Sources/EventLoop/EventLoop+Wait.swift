import CLinux
import Glibc

extension EventLoop {
    /// Runs the closure on the loop while the calling thread waits for its result. For starting and stopping
    /// only: it blocks, so it must never be called on a loop.
    package func runAndWait<Result: Sendable>(_ body: sending @escaping () -> Result) -> Result {
        precondition(!isCurrent, "a loop would wait for itself")
        let handover = Handover<Result>()
        execute { handover.fill(body()) }
        guard let result = handover.wait(atMostMs: 60_000) else {
            // It was never started, has been stopped, or is stuck: there is nothing to go on with.
            preconditionFailure("the loop \(name) did not answer for a minute")
        }
        return result
    }

    // Sendable because the result is written before the descriptor is signalled and read after it was seen.
    private final class Handover<Result: Sendable>: @unchecked Sendable {
        private var result: Result?
        private let filled = clinux_eventfd()

        init() { precondition(filled >= 0, "no descriptor left to wait with") }

        deinit { close(filled) }

        func fill(_ result: Result) {
            self.result = result
            clinux_eventfd_signal(filled)
        }

        func wait(atMostMs timeoutMs: UInt64) -> Result? {
            let deadlineNs = clinux_monotonic_ns() + timeoutMs * 1_000_000
            var waiting = pollfd(fd: filled, events: Int16(POLLIN), revents: 0)
            // A signal may end the wait early.
            while poll(&waiting, 1, Int32(timeoutMs)) != 1 {
                guard clinux_monotonic_ns() < deadlineNs else { return nil }
            }
            clinux_eventfd_drain(filled)
            return result
        }
    }
}
