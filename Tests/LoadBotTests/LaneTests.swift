import HTTP
import Testing

@testable import LoadBot

@Suite("A lane", .timeLimit(.minutes(5)))
struct LaneTests {
    @Test(
        "tells what a key got that was used before, while the load goes on",
        arguments: [
            (Misdeed.none, nil), (.sellsReplaysAgain, "asked again, the answer was 201 and not the same"),
            (.deniesReplays, "asked again, the answer was 400 and not the same"),
            (.answersAnew, "asked again, the answer was 200 and not the same"),
            (.sellsOnUsedKeys, "its key with other seats got 201"),
        ])
    func usedKeys(misdeed: Misdeed, words: String?) async throws {
        let run = try await sale(misdeed) { scenario in
            scenario.purchases.repeatPercent = 30
            scenario.purchases.conflictPercent = 30
        }
        #expect(run.result.replaysCompared > 0)
        #expect(run.result.replaysDiffering.isEmpty == (words == nil), "\(run.result.replaysDiffering)")
        guard let words else { return }
        #expect(
            run.result.replaysDiffering.contains { $0.hasSuffix(words) }, "\(run.result.replaysDiffering)")
    }

    /// Purchases only, 200 a second.
    private func sale(
        _ misdeed: Misdeed, _ change: (inout Scenario) -> Void
    ) async throws -> (startNs: UInt64, tally: Tally, result: LaneResult, isGone: Bool) {
        var scenario = TestRun.scenario()
        scenario.steps = [ScenarioStep("hold", percent: 100, seconds: 1)]
        scenario.mix.publicShare = 0
        scenario.mix.queueShare = 0
        change(&scenario)
        return try await TestService.run(
            routes: { router, loop in TestSale(misdeed, on: loop).addRoutes(to: router) },
            { [scenario] address, _ in
                await LanesByHand.run(scenario, at: address, seats: TestSale.seats)
            })
    }

    @Test("that has finished is gone at once, though its loop goes on and its slice has not ended")
    func gone() async throws {
        let run = try await TestService.run(
            routes: { router, _ in
                for path in [
                    "/public/events/{e}", "/public/events/{e}/seats", "/public/events/{e}/availability",
                    "/public/events/{e}/map/{h}",
                ] {
                    router.on(
                        .get, path, .immediate { _ throws(Problem) in .json(.ok, Array("{}".utf8)) })
                }
            },
            { address, _ in
                await LanesByHand.run(LanesByHand.reads(perSecond: 100, seconds: 0.2), at: address)
            })
        #expect(run.tally.latency.count == 20)
        #expect(run.isGone, "a timer of the loop's still leads to it")
    }
}
