import Synchronization
import Testing
import Ticketing
import TicketingTesting

@Suite("A manual clock")
struct ManualClockTests {
    private final class Diary: Sendable {
        private let stored = Mutex<[String]>([])

        var lines: [String] { stored.withLock { $0 } }

        func write(_ line: String) { stored.withLock { $0.append(line) } }
    }

    @Test("wakes sleepers in the order of time, each at its own moment")
    func order() {
        let clock = ManualClock(.epoch)
        let executor = ManualExecutor()
        let diary = Diary()
        for ms in [30, 10, 20, 10] {
            Task(executorPreference: executor) {
                try await clock.sleep(ms: ms)
                diary.write("\(ms) at \(clock.now().msSinceEpoch)")
            }
        }
        executor.runUntilIdle()
        while let wake = clock.nextWake {
            clock.advance(to: wake)
            executor.runUntilIdle()
        }
        #expect(diary.lines == ["10 at 10", "10 at 10", "20 at 20", "30 at 30"])
    }

    @Test("does not put to sleep who asks for a moment that has passed")
    func past() async throws {
        let clock = ManualClock(.epoch)
        clock.advance(ms: 50)
        try await clock.sleep(until: .epoch)
        try await clock.sleep(ms: 0)
        #expect(clock.now().msSinceEpoch == 50)
        #expect(clock.nextWake == nil)
    }

    @Test("never goes backwards")
    func backwards() {
        let clock = ManualClock(.at("2027-01-01T00:00:00Z"))
        clock.advance(to: .epoch)
        #expect(clock.now() == .at("2027-01-01T00:00:00Z"))
    }

    @Test("lets a cancelled sleeper go at once, before it sleeps or while it does")
    func cancellation() async {
        let clock = ManualClock(.epoch)
        let asleep = Task { try await clock.sleep(ms: 1000) }
        while clock.nextWake == nil { await Task.yield() }
        asleep.cancel()
        await #expect(throws: CancellationError.self) { try await asleep.value }
        #expect(clock.nextWake == nil)
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(ms: 1000)
        }
        await #expect(throws: CancellationError.self) { try await early.value }
    }
}
