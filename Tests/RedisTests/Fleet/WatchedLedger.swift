import CLinux
import EventLoop
import Synchronization
import Ticketing
import TicketingTesting

/// A ledger that takes its time and knows who read it when.
final class WatchedLedger: WrappingLedger {
    struct Watch {
        var readings = 0
        var running = 0
        var mostAtOnce = 0
        /// When the readings of a section began, in the machine's milliseconds.
        var beganAt: [SectionID: [Int64]] = [:]
    }

    let reference = ReferenceLedger()
    var inner: any SeatLedger { reference }
    private let state = Mutex(Watch())
    private let tookMs: UInt64
    /// Whose timers are used to take the time.
    private let clock: LoopTime

    init(takingMs tookMs: UInt64, clock: LoopTime) {
        self.tookMs = tookMs
        self.clock = clock
    }

    var watch: Watch { state.withLock { $0 } }

    func locks(in section: SectionID, of event: EventID) async throws(PortError) -> [SeatLock] {
        let now = clock.now().msSinceEpoch
        state.withLock { watch in
            watch.beganAt[section, default: []].append(now)
            watch.readings += 1
            watch.running += 1
            watch.mostAtOnce = max(watch.mostAtOnce, watch.running)
        }
        defer { state.withLock { $0.running -= 1 } }
        try? await Task.sleep(for: .milliseconds(tookMs))
        return try await inner.locks(in: section, of: event)
    }
}

/// The machine's time, waited for on a loop.
struct LoopTime: WallClock {
    let loop: EventLoop

    func now() -> Timestamp { Timestamp(msSinceEpoch: clinux_wall_ms()) }

    func sleep(until moment: Timestamp) async throws(CancellationError) {
        let waitMs = moment.ms(since: now())
        if waitMs > 0 { await loop.sleep(forMs: UInt64(waitMs)) }
        guard !Task.isCancelled else { throw CancellationError() }
    }
}
