import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@Suite("A worker that is killed")
struct CrashPointTests {
    /// Which ports an undisturbed evening calls, in order.
    private static func calls(interleaving: UInt64?) throws -> [String] {
        let stage = Stage(interleaving: interleaving)
        let tap = PortTap()
        try stage.run {
            let evening = try await Evening(on: stage)
            try await stage.drain(try stage.worker(tap))
            #expect(try await evening.violations(on: stage) == [])
        }
        return tap.calls
    }

    @Test(
        "at any call, before its effect or after it, leaves nothing that the next one does not mend",
        arguments: [UInt64?.none, 1, 2])
    func anywhere(interleaving: UInt64?) throws {
        let calls = try Self.calls(interleaving: interleaving)
        try #require(calls.count > 30)
        for number in 1...calls.count {
            for moment in PortTap.Moment.allCases {
                let stage = Stage(interleaving: interleaving)
                try stage.run {
                    let evening = try await Evening(on: stage)
                    let tap = PortTap(faults: [number: .crash(moment)])
                    try await Self.runUntilKilled(try stage.worker(tap), tap, stage)
                    try await stage.drain(try stage.worker())
                    let violations = try await evening.violations(on: stage)
                    #expect(
                        violations == [], "killed \(moment) call \(number), \(tap.calls[number - 1])")
                }
            }
        }
    }

    @Test(
        "again and again, at random calls, still ends every intent once",
        arguments: seeds)
    func repeatedly(seed: UInt64) throws {
        let stage = Stage(seed: seed, interleaving: seed)
        try stage.run {
            let evening = try await Evening(on: stage)
            for _ in 0..<5 {
                let moment = stage.randomness.element(of: PortTap.Moment.allCases)
                let tap = PortTap(faults: [1 + stage.randomness.below(25): .crash(moment)])
                try await Self.runUntilKilled(try stage.worker(tap), tap, stage)
            }
            try await stage.drain(try stage.worker())
            #expect(try await evening.violations(on: stage) == [], "seed \(seed)")
        }
    }

    /// To the outside a killed process only stops: whatever it still does inside has no effect.
    static func runUntilKilled(_ worker: OrderWorker, _ tap: PortTap, _ stage: Stage) async throws {
        await worker.start()
        try await stage.until {
            guard !tap.isDead else { return true }
            return try await stage.isQueueEmpty()
        }
        await worker.stop(deadlineMs: 0)
    }
}
