import HTTP
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("A buyer's rate", .timeLimit(.minutes(1)))
struct BuyerRateTests {
    @Test("lets a burst through, then so many a second, on all routes together")
    func burst() async {
        let desk = TestDesk()
        for number in 0..<250 {
            let answer =
                number.isMultiple(of: 2)
                ? await desk.get("pi_a", as: "ana") : await desk.cancel("pi_a", as: "ana")
            #expect(answer.status == 404)
        }
        let refused = await desk.buy("A-1-1", by: "ana")
        #expect(refused.status == 429)
        #expect(refused.problem == "rate-limited")
        #expect(refused.header("Retry-After") == "1")
        #expect(desk.ledger.openCount == 0)
        #expect(await desk.get("pi_a", as: "ben").status == 404)
        desk.clock.advance(ms: 1_000)
        var passed = 0
        for _ in 0..<60 where await desk.get("pi_a", as: "ana").status == 404 { passed += 1 }
        #expect(passed == 50)
    }

    @Test("is one for all loops of a process")
    func otherLoop() async {
        let desk = TestDesk { settings in
            settings.requestsPerSecond = 1
            settings.requestBurst = 4
        }
        let other = Router(metrics: desk.metrics)
        desk.makeDesk().addRoutes(to: other)
        for _ in 0..<2 {
            #expect(await desk.buy("Z", by: "ana").status == 400)
            #expect(await desk.buy("Z", by: "ana", on: other).status == 400)
        }
        #expect(await desk.buy("Z", by: "ana").status == 429)
        #expect(await desk.buy("Z", by: "ana", on: other).status == 429)
    }

    @Test("never makes anybody wait for more than five seconds before the next try")
    func retryAfter() async {
        let desk = TestDesk { settings in
            settings.requestsPerSecond = 1
            settings.requestBurst = 1
        }
        _ = await desk.get("pi_a", as: "ana")
        let waits = await desk.get("pi_a", as: "ana").header("Retry-After").flatMap { Int($0) }
        #expect(waits == 1)
    }
}
