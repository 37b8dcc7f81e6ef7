import HTTP
import Testing

@testable import LoadBot

@Suite("A lane", .timeLimit(.minutes(5)))
struct LaneTests {
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
