import Testing
import Ticketing
import TicketingTesting

@testable import SQLiteStore

@Suite("The tables of orders")
struct OrderTableTests {
    private let clock = ManualClock()

    @Test("refuse a second live ticket for a seat by themselves, whoever asks")
    func secondWall() async throws {
        try await withStore { store, _ in
            let intent = IntentDraft("a", seats: ["A-1-1"]).intent
            _ = try await SQLiteOrderBook(store).decide([OrderFixture.decision(for: intent)])
            let raw = try RawDatabase(store.path)
            #expect(throws: PortError.self) {
                try raw.run(
                    "INSERT INTO tickets (event_no, seat, order_no, body) VALUES (1, 'A-1-1', 2, x'')")
            }
        }
    }

    @Test("are counted and not trusted: without the unique key an oversold seat shows")
    func alarm() async throws {
        try await withStore { store, _ in
            let draft = IntentDraft("a", seats: ["A-1-1", "A-1-2"])
            let orders = SQLiteOrderBook(store)
            _ = try await orders.decide([OrderFixture.decision(for: draft.intent)])
            let before = try await orders.oversoldSeatCount(of: draft.hall.event)
            #expect(before == 0)
            try RawDatabase(store.path).run(
                "DROP INDEX tickets_live",
                "INSERT INTO tickets (event_no, seat, order_no, body) VALUES (1, 'A-1-1', 2, x'')")
            let after = try await orders.oversoldSeatCount(of: draft.hall.event)
            #expect(after == 1)
            let count = try await orders.liveTicketCount(of: draft.hall.event)
            #expect(count == 3)
        }
    }

    @Test("an order is found by its intent whether the ledger is this store or another")
    func byIntent() async throws {
        try await withStore { store, clock in
            let here = IntentDraft("a", seats: ["A-1-1"])
            let elsewhere = IntentDraft("b", buyer: "ben", seats: ["A-1-2"])
            _ = try await SQLiteSeatLedger(store, queuesIntents: true)
                .open(here.intent, seatsPerBuyer: 4, now: clock.now())
            let orders = SQLiteOrderBook(store)
            for draft in [here, elsewhere] {
                _ = try await orders.decide([OrderFixture.decision(for: draft.intent)])
                let order = try await orders.order(for: draft.id)
                #expect(order?.intent == draft.id)
                let byNumber = try await orders.order(draft.intent.prospectiveOrder)
                #expect(byNumber == order)
            }
            let raw = try RawDatabase(store.path)
            #expect(try raw.number("SELECT count(*) FROM order_intents") == 1)
            #expect(try raw.number("SELECT count(*) FROM order_numbers") == 0)
        }
    }

    @Test("orders are listed by number, page after page, also those whose number derives from nothing")
    func pages() async throws {
        try await withStore { store, _ in
            let orders = SQLiteOrderBook(store)
            let random = SeededRandomness(seed: 5)
            for number in 0..<60 {
                var draft = IntentDraft(
                    "a", buyer: "buyer\(Base32.encode([UInt8(number)]))", seats: ["A-9-\(number)"])
                draft.attempt = random.attempt(at: Timestamp(msSinceEpoch: 0))
                var decision = OrderFixture.decision(for: draft.intent)
                if number % 3 == 0 {
                    decision = try OrderTableTests.renumbered(
                        decision, OrderNumber(derivedFrom: random.attempt(at: Timestamp(msSinceEpoch: 0))))
                }
                let results = try await orders.decide([decision])
                #expect(results == [.recorded])
            }
            var listed: [Order] = []
            while true {
                let page = try await orders.orders(of: nil, after: listed.last?.number, limit: 7)
                listed += page
                guard page.count == 7 else { break }
            }
            #expect(listed.count == 60)
            #expect(listed.map(\.number) == listed.map(\.number).sorted())
            for order in listed {
                let found = try await orders.order(order.number)
                #expect(found == order)
            }
            let none = try await orders.orders(of: .named("other"), after: nil, limit: 5)
            #expect(none.isEmpty)
        }
    }

    private static func renumbered(_ decision: Decision, _ number: OrderNumber) throws -> Decision {
        guard case .confirmed(let order) = decision.verdict else { return decision }
        return Decision(
            attempt: decision.attempt, intent: decision.intent,
            verdict: .confirmed(
                try Order(
                    number: number, intent: order.intent, event: order.event, buyer: order.buyer,
                    amount: order.amount, paymentReference: order.paymentReference, placedAt: order.placedAt,
                    tickets: order.tickets)))
    }

    @Test("a decision that cannot stand leaves no row, in the middle of a batch that does")
    func undone() async throws {
        try await withStore { store, _ in
            let orders = SQLiteOrderBook(store)
            let first = IntentDraft("a", seats: ["A-1-2"])
            let second = IntentDraft("b", buyer: "ben", seats: ["A-1-1", "A-1-2", "A-1-3"])
            let third = IntentDraft("c", buyer: "cleo", seats: ["A-1-1", "A-1-3"])
            let results = try await orders.decide(
                [first, second, third].map { OrderFixture.decision(for: $0.intent) })
            #expect(results == [.recorded, .seatsAlreadySold([.named("A-1-2")]), .recorded])
            let raw = try RawDatabase(store.path)
            #expect(try raw.number("SELECT count(*) FROM tickets") == 3)
            #expect(try raw.number("SELECT count(*) FROM inbox") == 2)
            #expect(try raw.number("SELECT count(*) FROM orders") == 2)
            let order = try await orders.order(for: third.id)
            #expect(order?.tickets.map(\.seat.text) == ["A-1-1", "A-1-3"])
        }
    }
}
