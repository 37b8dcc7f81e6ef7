import Testing
import Ticketing
import TicketingTesting

@testable import SQLiteStore

@Suite("The broom")
struct BroomTests {
    private static let dayMs = 86_400_000
    private let sold = IntentDraft("a", seats: ["A-1-1"])
    private let declined = IntentDraft("b", buyer: "ben", seats: ["A-1-2"])
    private let cancelled = IntentDraft("c", buyer: "cleo", seats: ["A-1-3"])
    private let open = IntentDraft("d", buyer: "dora", seats: ["A-1-4"])
    private var all: [IntentDraft] { [sold, declined, cancelled, open] }

    /// One intent of each kind, all ended at the same moment, with the decisions a worker writes.
    private func sell(
        ledger store: SQLiteStore, orders ordersStore: SQLiteStore, _ clock: ManualClock
    ) async throws -> SQLiteSeatLedger {
        let ledger = SQLiteSeatLedger(store, queuesIntents: true)
        let (orders, letters) = (SQLiteOrderBook(ordersStore), SQLiteDeadLetters(ordersStore))
        for draft in all { _ = try await ledger.open(draft.intent, seatsPerBuyer: 4, now: clock.now()) }
        for draft in [sold, declined] { _ = try await ledger.claim(draft.id, now: clock.now()) }
        _ = try await orders.decide([
            OrderFixture.decision(for: sold.intent),
            Decision(
                attempt: declined.intent.attempt, intent: declined.id, verdict: .declined(reason: "no")),
        ])
        _ = try await ledger.settle(
            sold.id, as: .confirmed(sold.intent.prospectiveOrder), now: clock.now())
        _ = try await letters.record(
            Failure(key: declined.id.text, kind: .payment, reason: "r", at: clock.now()))
        _ = try await ledger.settle(declined.id, as: .declined, now: clock.now())
        _ = try await ledger.cancel(cancelled.id, buyer: cancelled.buyer, now: clock.now())
        return ledger
    }

    private func replayed(_ outcome: OpenOutcome) -> PaymentIntent? {
        guard case .replayed(let stored, _) = outcome else { return nil }
        return stored
    }

    private func withSale(
        _ body: (SQLiteBroom, SQLiteSeatLedger, SQLiteStore, ManualClock) async throws -> Void
    ) async throws {
        try await withStore { store, clock in
            let ledger = try await sell(ledger: store, orders: store, clock)
            let broom = SQLiteBroom(ledger: store, orders: store, queue: store)
            try await body(broom, ledger, store, clock)
        }
    }

    @Test("takes what ended without an order and what hangs on it, and leaves the sold and the open")
    func sweeps() async throws {
        try await withSale { broom, ledger, store, clock in
            let moment = clock.now().adding(ms: 1)
            #expect(try await broom.sweep(endedBefore: moment, limit: 10) == 2)
            #expect(try await broom.sweep(endedBefore: moment, limit: 10) == 0)
            for draft in all {
                let isLeft = try await ledger.intent(draft.id) != nil
                #expect(isLeft == [sold.id, open.id].contains(draft.id), "\(draft.id)")
            }
            let raw = try RawDatabase(store.path)
            #expect(try raw.number("SELECT count(*) FROM intent_bodies") == 2)
            #expect(try raw.number("SELECT count(*) FROM inbox") == 1)
            #expect(try raw.number("SELECT count(*) FROM failures") == 0)
            #expect(try raw.number("SELECT count(*) FROM seat_locks") == 2)
            #expect(try raw.number("SELECT count(*) FROM tallies") == 2)
            let order = try await SQLiteOrderBook(store).order(for: sold.id)
            #expect(order?.intent == sold.id)
        }
    }

    @Test("leaves what ended at the moment or later, so a key is a replay until then and opens anew after it")
    func keys() async throws {
        try await withSale { broom, ledger, _, clock in
            let ended = clock.now()
            #expect(try await broom.sweep(endedBefore: ended, limit: 10) == 0)
            clock.advance(ms: 7 * Self.dayMs)
            var again = IntentDraft(
                "c", buyer: "cleo", seats: ["A-1-3"], at: clock.now(), call: 2)
            let replay = try await ledger.open(again.intent, seatsPerBuyer: 4, now: clock.now())
            #expect(replayed(replay)?.state == .cancelled)
            #expect(replayed(replay)?.answer == cancelled.intent.answer)
            #expect(try await broom.sweep(endedBefore: ended.adding(ms: 1), limit: 10) == 2)
            again.fingerprint = 2
            let opened = try await ledger.open(again.intent, seatsPerBuyer: 4, now: clock.now())
            #expect(opened == .opened(isQueued: true))
            let bought = IntentDraft("a", seats: ["A-1-1"], at: clock.now(), call: 2)
            let sale = try await ledger.open(bought.intent, seatsPerBuyer: 4, now: clock.now())
            #expect(replayed(sale)?.state == .confirmed)
        }
    }

    @Test("goes in steps as large as it is told, the oldest first")
    func steps() async throws {
        try await withSale { broom, ledger, _, clock in
            clock.advance(ms: 1_000)
            _ = try await ledger.cancel(open.id, buyer: open.buyer, now: clock.now())
            let moment = clock.now().adding(ms: 1)
            #expect(try await broom.sweep(endedBefore: moment, limit: 2) == 2)
            #expect(try await ledger.intent(open.id) != nil)
            #expect(try await broom.sweep(endedBefore: moment, limit: 2) == 1)
            #expect(try await ledger.intent(open.id) == nil)
        }
    }

    @Test("leaves an intent that still has a seat or a place in a tally, for a person to look at")
    func leftovers() async throws {
        try await withSale { broom, ledger, store, clock in
            try RawDatabase(store.path).run(
                "INSERT INTO seat_locks (section_no, seat, intent_no) VALUES (1, 'A-1-2', 2)",
                "INSERT INTO tallies (event_no, buyer, intent_no, seat_count) VALUES (1, 'cleo', 3, 1)")
            #expect(try await broom.sweep(endedBefore: clock.now().adding(ms: 1), limit: 10) == 0)
            #expect(try await ledger.intent(declined.id) != nil)
            #expect(try await ledger.intent(cancelled.id) != nil)
        }
    }

    @Test(
        "finds an intent's decision in the orders' own file, and the intent again after a crash before the last step"
    )
    func otherFile() async throws {
        try await withStore { ordersStore, clock in
            try await withStore { store, _ in
                let ledger = try await sell(ledger: store, orders: ordersStore, clock)
                let broom = SQLiteBroom(ledger: store, orders: ordersStore, queue: store)
                let raw = try RawDatabase(ordersStore.path)
                try raw.run("DELETE FROM inbox WHERE order_no IS NULL")
                #expect(try await broom.sweep(endedBefore: clock.now().adding(ms: 1), limit: 10) == 2)
                #expect(try raw.number("SELECT count(*) FROM inbox") == 1)
                #expect(try raw.number("SELECT count(*) FROM failures") == 0)
                #expect(try await ledger.intent(declined.id) == nil)
            }
        }
    }

    @Test("forgets a queue's old deduplication ids, though nobody sends any more")
    func deduplications() async throws {
        try await withStore { store, clock in
            let broom = SQLiteBroom(ledger: store, orders: store, queue: store)
            _ = try await SQLiteOrderQueue(store).send([
                OutgoingMessage(.probe("p"), group: "g", deduplicationID: "d")
            ])
            let raw = try RawDatabase(store.path)
            clock.advance(ms: 299_999)
            _ = try await broom.sweep(endedBefore: clock.now(), limit: 10)
            #expect(try raw.number("SELECT count(*) FROM deduplications") == 1)
            clock.advance(ms: 1)
            _ = try await broom.sweep(endedBefore: clock.now(), limit: 10)
            #expect(try raw.number("SELECT count(*) FROM deduplications") == 0)
        }
    }

    @Test("finds them by an index that confirmed intents are not in")
    func index() async throws {
        try await withSale { _, _, store, _ in
            let plan = try RawDatabase(store.path).connection.statement(
                """
                EXPLAIN QUERY PLAN
                SELECT no, id, attempt FROM intents WHERE state > 2 AND ended_at < 1 ORDER BY ended_at LIMIT 5
                """)
            #expect(try plan.step())
            #expect(plan.text(3).contains("intents_ended"))
            plan.reset()
        }
    }
}
