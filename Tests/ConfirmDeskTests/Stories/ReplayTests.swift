import HTTP
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("A repeated request", .timeLimit(.minutes(1)))
struct ReplayTests {
    @Test("gets the very bytes of the first answer, and the same place")
    func sameBytes() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", "A-1-2", by: "ana")
        desk.clock.advance(ms: 90_000)
        let again = await desk.buy("A-1-1", "A-1-2", by: "ana")
        #expect(again.status == 200)
        #expect(again.body == first.body)
        #expect(again.header("Location") == first.header("Location"))
        #expect(again.header("Idempotent-Replayed") == "true")
        #expect(again.header("Cache-Control") == "no-store")
        #expect(desk.ledger.reference.snapshot.allIntents.count == 1)
        #expect(desk.metric("ticket_confirm_intents_replayed_total") == "1")
    }

    @Test(
        "is one whatever the order of members and seats, white space and escapes",
        arguments: [
            "{ \"payment\" : {\"token\":\"tok_ok\",\"method\":\"sandbox\"},\n\"seats\":[\"A-1-2\",\"A-1-1\"],"
                + "\"event\":\"small-hall\" }",
            "{\"event\":\"small\\u002dhall\",\"seats\":[\"A-1-1\",\"A-1-2\"],"
                + "\"payment\":{\"method\":\"sandbox\",\"token\":\"tok_ok\"}}",
        ])
    func sameValues(body: String) async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", "A-1-2", by: "ana")
        let again = await desk.buy(TestDesk.BuyRequest(body: body))
        #expect(again.status == 200)
        #expect(again.body == first.body)
    }

    @Test("is one with the key in quotes or without")
    func quotedKey() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana", key: "\"key-1\"")
        #expect(await desk.buy("A-1-1", by: "ana", key: "key-1").body == first.body)
    }

    @Test(
        "is refused when any value is another, and nothing is done",
        arguments: [
            TestDesk.BuyRequest("A-1-1", "A-1-3"), TestDesk.BuyRequest("A-1-1"),
            TestDesk.BuyRequest("A-1-1", "A-1-2", "A-1-3"),
            TestDesk.BuyRequest(seats: ["A-1-1", "A-1-2"], token: "tok_slow"),
        ])
    func otherValues(request: TestDesk.BuyRequest) async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", "A-1-2", by: "ana")
        let before = desk.ledger.reference.snapshot
        let answer = await desk.buy(request)
        #expect(answer.status == 422)
        #expect(answer.problem == "idempotency-key-reused")
        #expect(desk.ledger.reference.snapshot.allIntents == before.allIntents)
        #expect(await desk.buy("A-1-1", "A-1-2", by: "ana").body == first.body)
    }

    @Test("is another purchase when another buyer uses the key")
    func twoBuyers() async {
        let desk = TestDesk()
        let ana = await desk.buy("A-1-1", by: "ana", key: "same")
        let ben = await desk.buy("A-1-2", by: "ben", key: "same")
        #expect(ana.status == 201)
        #expect(ben.status == 201)
        #expect(ana.intent != ben.intent)
    }

    @Test(
        "gets the first answer whatever has happened since", arguments: ["confirmed", "cancelled", "expired"])
    func afterTheEnd(end: String) async throws {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        switch end {
        case "confirmed": try await desk.confirm(first.intent)
        case "cancelled": _ = await desk.cancel(first.intent, as: "ana")
        default:
            desk.clock.advance(ms: 600_000)
            #expect(await desk.buy("A-1-1", by: "ben").status == 201)
        }
        desk.clock.advance(ms: 5_000)
        let again = await desk.buy("A-1-1", by: "ana")
        #expect(again.status == 200)
        #expect(again.body == first.body)
    }

    @Test("long after the sale has ended is still one")
    func afterTheSale() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        desk.clock.advance(to: SmallHall.opensAt.adding(seconds: 86_400))
        let again = await desk.buy(TestDesk.BuyRequest("A-1-1"))
        #expect(again.status == 200)
        #expect(again.body == first.body)
    }

    @Test("sent 200 times at once makes one intent, and every answer has the same bytes")
    func parallel() async {
        let desk = TestDesk()
        desk.ledger.gate.close()
        let requests = (0..<200).map { _ in desk.begin(TestDesk.BuyRequest("A-1-1", "A-1-2")) }
        await desk.until { desk.shared.seatLines.waitingCount == 199 }
        desk.ledger.gate.open()
        var answers: [ClientResponse] = []
        for request in requests { answers.append(await request.value) }
        #expect(answers.count { $0.status == 201 } == 1)
        #expect(answers.count { $0.status == 200 } == 199)
        #expect(Set(answers.map(\.body)).count == 1)
        #expect(desk.ledger.reference.snapshot.allIntents.count == 1)
        #expect(Set(desk.queue.sent).count == 1)
        #expect(desk.ledger.openCount == 1)
    }

    @Test("on another loop of the process, at the same moment, is the same purchase")
    func otherLoop() async {
        let desk = TestDesk()
        let other = Router(metrics: desk.metrics)
        desk.makeDesk().addRoutes(to: other)
        let sample = RequestSample(
            .post, "/confirm/payment-intent",
            headers: [
                ("Content-Type", "application/json"), ("Authorization", "Bearer \(desk.token("ana"))"),
                ("Idempotency-Key", "key-1"),
            ], body: Array(TestDesk.BuyRequest("A-1-1").body.utf8))
        desk.ledger.gate.close()
        let first = desk.begin(TestDesk.BuyRequest("A-1-1"))
        await desk.until { desk.ledger.gate.arrivals == 1 }
        let second = Task { @DeskLoop in await other.answer(sample) }
        await desk.until { desk.shared.seatLines.waitingCount == 1 }
        desk.ledger.gate.open()
        #expect(await first.value.status == 201)
        #expect(await second.value.status == 200)
        #expect(await first.value.body == second.value.body)
    }
}
