import CLinux
import Synchronization
import Ticketing

/// The machine's time, moved on when a test lets time pass.
final class MovableClock: WallClock {
    private let offsetMs = Atomic<Int64>(0)

    func now() -> Timestamp {
        Timestamp(msSinceEpoch: clinux_wall_ms() + offsetMs.load(ordering: .relaxed))
    }

    func sleep(until moment: Timestamp) async throws(CancellationError) {}

    func advance(ms: Int) { offsetMs.add(Int64(ms), ordering: .relaxed) }
}
