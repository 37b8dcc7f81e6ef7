import CLinux
import Synchronization

/// Where a loop takes its time from: the machine, or a test.
package enum LoopClock: Sendable {
    case system
    case manual(ManualLoopClock)

    /// Nanoseconds that never go back; the zero point means nothing.
    package func nowNs() -> UInt64 {
        switch self {
        case .system: clinux_monotonic_ns()
        case .manual(let clock): clock.nowNs
        }
    }
}

/// A clock that stands still until a test moves it, so that a deadline of minutes is tested in microseconds.
package final class ManualLoopClock: Sendable {
    private let time = Atomic<UInt64>(1_000_000_000)

    package init() {}

    package var nowNs: UInt64 { time.load(ordering: .acquiring) }

    /// Moves the time and lets the loop see it, so that timers that are now due fire.
    package func advance(byMs milliseconds: UInt64, waking loop: EventLoop) {
        time.add(milliseconds * 1_000_000, ordering: .acquiringAndReleasing)
        loop.wake()
    }
}
