import HTTP
import JSON
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("A purchase", .timeLimit(.minutes(1)))
struct PurchaseTests {
    @Test("holds the seats at the server's prices and answers with the intent")
    func holds() async throws {
        let desk = TestDesk()
        let answer = await desk.buy("A-1-1", "A-2-1", by: "ana")
        #expect(answer.status == 201)
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.header("Content-Type") == "application/json")
        #expect(answer.header("Location") == "/confirm/payment-intent/\(answer.intent)")
        #expect(answer.header("Idempotent-Replayed") == nil)
        let expected = """
            {"id":"\(answer.intent)","status":"pending","event":"small-hall","seats":["A-1-1","A-2-1"],\
            "amount":{"value":140000,"currency":"KRW"},"order":null,\
            "expiresAt":"2027-03-01T10:10:00.000Z","serverTime":"2027-03-01T10:00:00.000Z"}
            """
        #expect(answer.text == expected)
        let stored = try #require(desk.ledger.reference.snapshot.intent(.named(answer.intent)))
        #expect(stored.answer == answer.body)
        #expect(stored.buyer == .named("ana"))
        #expect(stored.payment.token == "tok_ok")
        #expect(desk.queue.sent == [OutgoingMessage(intent: .named(answer.intent))])
        #expect(desk.metric("ticket_confirm_intents_opened_total") == "1")
    }

    @Test("keeps the buyer's order of seats")
    func order() async {
        let answer = await TestDesk().buy("A-2-3", "A-1-2", "B-1-1", by: "ana")
        #expect(answer.json["seats"] == .array([.string("A-2-3"), .string("A-1-2"), .string("B-1-1")]))
    }

    @Test("is named after buyer and key, and nothing else")
    func identity() async {
        let first = await TestDesk(seed: 1).buy("A-1-1", by: "ana")
        let elsewhere = await TestDesk(seed: 2).buy("A-2-1", by: "ana")
        let otherKey = await TestDesk().buy("A-1-1", by: "ana", key: "key-2")
        let otherBuyer = await TestDesk().buy("A-1-1", by: "ben")
        #expect(first.intent == elsewhere.intent)
        #expect(Set([first.intent, otherKey.intent, otherBuyer.intent]).count == 3)
        #expect(first.intent.hasPrefix("pi_"))
        #expect(first.intent.count == 55)
    }

    @Test("draws an attempt of its own each time")
    func attempts() async throws {
        let desk = TestDesk()
        let ana = await desk.buy("A-1-1", by: "ana")
        let ben = await desk.buy("A-1-2", by: "ben")
        let inventory = desk.ledger.reference.snapshot
        let first = try #require(inventory.intent(.named(ana.intent)))
        let second = try #require(inventory.intent(.named(ben.intent)))
        #expect(first.attempt != second.attempt)
    }

    @Test("sends nothing to the queue when the ledger has queued it in the same commit")
    func queuedByLedger() async {
        let desk = TestDesk()
        desk.ledger.sayItQueued()
        #expect(await desk.buy("A-1-1", by: "ana").status == 201)
        #expect(await desk.buy("A-1-1", by: "ana").status == 200)
        #expect(desk.queue.sent.isEmpty)
    }

    @Test("takes the price of this moment, and the next one takes the next")
    func prices() async throws {
        let desk = TestDesk()
        #expect(await desk.buy("A-1-1", by: "ana").json["amount"]?["value"] == .integer(90_000))
        desk.catalogue.put(SmallHall().listing(frontPrice: 95_000))
        desk.clock.advance(ms: 1_000)
        #expect(await desk.buy("A-1-2", by: "ben").json["amount"]?["value"] == .integer(95_000))
    }
}
