import Synchronization
import Testing

@testable import LoadBot

@Suite("A shard", .timeLimit(.minutes(5)))
struct ShardTests {
    @Test("has its share of the buyers, and one at least", arguments: [0, 1, 7, 8, 1_000, 1_001])
    func buyers(total: Int) throws {
        let shares = try (0..<8).map { try #require(Shard(index: $0, count: 8)).share(of: total) }
        #expect(shares.reduce(0, +) == max(total, 8))
        #expect(shares.allSatisfy { 1...max(1, (total + 7) / 8) ~= $0 }, "\(shares)")
        #expect(Shard.whole.share(of: total) == max(total, 1))
    }

    @Test("asks for its own guests and not for everybody's")
    func guests() async throws {
        let counted = Counted()
        var scenario = TestRun.scenario()
        scenario.buyers = 20
        scenario.steps = [ScenarioStep("hold", percent: 100, seconds: 0.1)]
        let shard = try #require(Shard("2/8"))
        _ = try await TestService.run(
            routes: { router, loop in
                let sale = TestSale(.none, on: loop)
                sale.guestCame = { counted.guests.withLock { $0 += 1 } }
                sale.addRoutes(to: router)
            },
            { [scenario] address, _ in try await TestRun.report(scenario, at: address, shard: shard) })
        #expect(counted.guests.withLock { $0 } == 3)
    }

    private final class Counted: Sendable {
        let guests = Mutex(0)
    }
}
