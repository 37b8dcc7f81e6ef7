import Synchronization
import Testing
import Ticketing
import TicketingTesting

@Suite("A manual executor")
struct ManualExecutorTests {
    /// Ten tasks that sleep and take turns; the order in which they write their letters is the run's history.
    private static func history(seed: UInt64?) throws -> String {
        let clock = ManualClock(.epoch)
        let executor = ManualExecutor(randomness: seed.map { SeededRandomness(seed: $0) })
        let lines = Lines()
        try executor.run(clock) {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        for turn in 0..<3 {
                            try? await clock.sleep(ms: (number * 7 + turn) % 4)
                            lines.add("\(number)")
                            await Task.yield()
                        }
                    }
                }
            }
        }
        return lines.text
    }

    private final class Lines: Sendable {
        private let stored = Mutex("")

        var text: String { stored.withLock { $0 } }

        func add(_ line: String) { stored.withLock { $0 += line } }
    }

    @Test("runs nothing until it is asked to")
    func nothingByItself() {
        let executor = ManualExecutor()
        let lines = Lines()
        Task(executorPreference: executor) { lines.add("ran") }
        #expect(lines.text == "")
        executor.runUntilIdle()
        #expect(lines.text == "ran")
    }

    @Test("repeats a run exactly, and another seed is another run")
    func deterministic() throws {
        #expect(try Self.history(seed: nil) == Self.history(seed: nil))
        #expect(try Self.history(seed: 1) == Self.history(seed: 1))
        #expect(try Self.history(seed: 1) != Self.history(seed: 2))
        #expect(try Self.history(seed: 1).count == 30)
    }

    @Test("moves the clock when everybody sleeps, and a day takes no time")
    func movesClock() throws {
        let clock = ManualClock(.epoch)
        let woken = try ManualExecutor().run(clock) {
            try await clock.sleep(ms: 86_400_000)
            return clock.now()
        }
        #expect(woken == Timestamp.epoch.adding(seconds: 86_400))
    }

    @Test("says so when nobody can ever go on, or not before the deadline")
    func stuck() {
        let clock = ManualClock(.epoch)
        #expect(throws: ManualExecutor.StuckError.self) {
            try ManualExecutor().run(clock) { try await Task.sleep(for: .seconds(3600)) }
        }
        #expect(throws: ManualExecutor.StuckError.self) {
            try ManualExecutor().run(clock, deadline: clock.now().adding(ms: 10)) {
                try await clock.sleep(ms: 11)
            }
        }
    }

    @Test("hands on what the operation throws")
    func errors() {
        #expect(throws: Refusal.noSeats) {
            try ManualExecutor().run(ManualClock()) { throw Refusal.noSeats }
        }
    }
}
