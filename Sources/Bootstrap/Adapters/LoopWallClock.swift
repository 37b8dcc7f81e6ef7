import CLinux
import EventLoop
import Ticketing

/// The machine's time of day; waiting is a timer of one loop, so whoever sleeps runs on it.
struct LoopWallClock: WallClock {
    let loop: EventLoop

    func now() -> Timestamp { Timestamp(msSinceEpoch: clinux_wall_ms()) }

    func sleep(until moment: Timestamp) async throws(CancellationError) {
        let waitMs = moment.msSinceEpoch - now().msSinceEpoch
        if waitMs > 0 { await loop.sleep(forMs: UInt64(waitMs)) }
        guard !Task.isCancelled else { throw CancellationError() }
    }
}

/// The machine's time of day for those who never wait, such as a store's threads.
struct MachineClock: WallClock {
    func now() -> Timestamp { Timestamp(msSinceEpoch: clinux_wall_ms()) }

    func sleep(until moment: Timestamp) async throws(CancellationError) {
        preconditionFailure("a store's thread waits for work, not for a moment")
    }
}
