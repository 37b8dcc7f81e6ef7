import DynamoDB
import JSON
import Testing
import Ticketing
import TicketingTesting

/// How the ledger uses its table, by what the double counts and bills.
@Suite("The ledger's calls to DynamoDB")
struct TableCallTests {
    private func clear(_ store: TestStore) throws { try store.double.post("/reset", #"{"data":false}"#) }

    @Test("are one transaction for a buyer's first intent of an event, and two for a later one")
    func transactions() async throws {
        try await withTestStore { store in
            let ledger = store.ledger
            let now = store.clock.now()
            for (key, seat, expected) in [("a", "A-1-1", 1), ("b", "A-1-2", 2), ("c", "A-1-3", 2)] {
                try clear(store)
                let outcome = try await ledger.open(
                    IntentDraft(key, seats: [seat], at: now).intent, seatsPerBuyer: 6, now: now)
                #expect(outcome == .opened(isQueued: false))
                let calls = try store.double.calls("DynamoDB.TransactWriteItems")
                #expect(calls == expected, "of the intent \(key)")
            }
            try clear(store)
            let outcome = try await ledger.open(
                IntentDraft("a", buyer: "bo", seats: ["A-1-4"], at: now).intent, seatsPerBuyer: 6, now: now)
            #expect(outcome == .opened(isQueued: false))
            let all = try store.double.calls("DynamoDB.TransactWriteItems")
            #expect(all == 1, "of another buyer's first intent")
            let puts = try store.double.calls("DynamoDB.PutItem")
            #expect(puts == 0, "the section is named already")
        }
    }

    @Test("that read what is decided on are strong: each is billed as one")
    func strongReads() async throws {
        try await withTestStore { store in
            let draft = IntentDraft("a", seats: ["A-1-1"], at: store.clock.now())
            _ = try await store.ledger.open(draft.intent, seatsPerBuyer: 6, now: draft.createdAt)
            try await store.deadLetters.bury(
                DeadLetter(
                    key: draft.id.text, message: .intent(draft.id), event: draft.hall.event, kind: .payment,
                    reason: "r", failureCount: 1, diedAt: draft.createdAt, redriveCount: 0))
            let (ledger, letters) = (store.ledger, store.deadLetters)
            // A strong read of up to 4 KB is one unit, another half of one.
            try await expectUnits(1, "DynamoDB.GetItem", store) { _ = try await ledger.intent(draft.id) }
            try await expectUnits(1, "DynamoDB.GetItem", store) {
                let late = draft.createdAt.adding(ms: 3_600_000)
                let replay = try await ledger.open(draft.intent, seatsPerBuyer: 6, now: late)
                #expect(replay == .opened(isQueued: false))
            }
            try await expectUnits(1, "DynamoDB.BatchGetItem", store) {
                let open = try await ledger.openIntents(
                    createdBefore: draft.createdAt.adding(ms: 1), after: nil, limit: 10)
                #expect(open.count == 1)
            }
            try await expectUnits(1, "DynamoDB.GetItem", store) {
                _ = try await letters.letter(draft.id.text)
            }
            try await expectUnits(1, "DynamoDB.GetItem", store) {
                _ = try await letters.failureCounts(of: draft.id.text)
            }
            // One letter in one of eight shards; what finds nothing is billed as well.
            try await expectUnits(8, "DynamoDB.Query", store) {
                let listed = try await letters.letters(.all, after: nil, limit: 10)
                #expect(listed.count == 1)
            }
            try await expectUnits(8, "DynamoDB.Query", store) {
                let count = try await letters.letterCount()
                #expect(count == 1)
            }
        }
    }

    private func expectUnits(
        _ expected: Double, _ operation: String, _ store: TestStore, _ body: () async throws -> Void
    ) async throws {
        try clear(store)
        try await body()
        let units = try store.double.readUnits(operation)
        #expect(units == expected, "of \(operation)")
    }

    @Test("go on from page to page until there is no other")
    func pages() async throws {
        try await withTestStore { store in
            let now = store.clock.now()
            for number in 0..<40 {
                let draft = IntentDraft(
                    "k", buyer: "b\(letters(number))", seats: ["A-1-\(number)"],
                    at: now.adding(ms: Int64(number)))
                let outcome = try await store.ledger.open(
                    draft.intent, seatsPerBuyer: 6, now: draft.createdAt)
                #expect(outcome == .opened(isQueued: false))
                try await store.deadLetters.bury(
                    DeadLetter(
                        key: draft.id.text, message: .intent(draft.id), event: draft.hall.event,
                        kind: .payment, reason: "r", failureCount: 1, diedAt: now, redriveCount: 0))
            }
            // Two or three items end a page.
            try clear(store)
            try store.double.faults(#"{"pageBytes":250}"#)
            let locks = try await store.ledger.locks(in: .named("A"), of: SmallHall().event)
            #expect(Set(locks.map(\.seat.text)) == Set((0..<40).map { "A-1-\($0)" }))
            #expect(locks.count == 40)
            let queries = try store.double.calls("DynamoDB.Query")
            #expect(queries > 10)
            let open = try await store.ledger.openIntents(
                createdBefore: now.adding(ms: 1000), after: nil, limit: 100)
            #expect(open.map(\.createdAt) == (0..<40).map { now.adding(ms: Int64($0)) })
            let listed = try await store.deadLetters.letters(.all, after: nil, limit: 100)
            #expect(listed.count == 40)
            #expect(listed.map(\.key) == listed.map(\.key).sorted())
            let count = try await store.deadLetters.letterCount()
            #expect(count == 40)
        }
    }

    @Test("are not missed by what time to live deletes: a sale that is swept is whole")
    func swept() async throws {
        try await withTestStore { store in
            let ledger = store.ledger
            let now = store.clock.now()
            func open(_ key: String, _ buyer: String, _ seat: String) async throws -> PaymentIntent {
                let intent = IntentDraft(key, buyer: buyer, seats: [seat], at: now).intent
                let outcome = try await ledger.open(intent, seatsPerBuyer: 6, now: now)
                #expect(outcome == .opened(isQueued: false))
                return intent
            }
            let sold = try await open("a", "ana", "A-1-1")
            _ = try await ledger.claim(sold.id, now: now)
            _ = try await ledger.settle(sold.id, as: .confirmed(sold.prospectiveOrder), now: now)
            let claimed = try await open("a", "bo", "A-1-2")
            _ = try await ledger.claim(claimed.id, now: now)
            let pending = try await open("a", "cy", "A-1-3")
            let cancelled = try await open("a", "di", "A-1-4")
            _ = try await ledger.cancel(cancelled.id, buyer: cancelled.buyer, now: now)
            let declined = try await open("a", "eve", "A-2-1")
            _ = try await ledger.claim(declined.id, now: now)
            _ = try await ledger.settle(declined.id, as: .declined, now: now)

            let eightDaysMs = 8 * 86_400_000
            store.clock.advance(ms: eightDaysMs)
            try store.double.advance(ms: eightDaysMs)
            let expired = try JSONValue(parsing: store.double.post("/expire", "{}"))["expired"]?.integer ?? 0
            #expect(expired > 0)

            let later = store.clock.now()
            var left: [PaymentIntent] = []
            for intent in [sold, claimed, pending, cancelled, declined] {
                if let found = try await ledger.intent(intent.id) { left.append(found) }
            }
            #expect(left.map(\.id) == [sold.id, claimed.id, pending.id], "only what ended without an order")
            let locks = try await ledger.locks(in: .named("A"), of: SmallHall().event)
            let audit = SaleAudit(map: SmallHall().listing.map, locks: locks, intents: left, now: later)
            #expect(audit.violations == [])
            let owners = Dictionary(uniqueKeysWithValues: locks.map { ($0.seat.text, $0.state.owner) })
            #expect(owners == ["A-1-1": sold.id, "A-1-2": claimed.id])

            // The sale goes on from there as if nothing had been swept.
            let settled = try await ledger.settle(
                claimed.id, as: .confirmed(claimed.prospectiveOrder), now: later)
            guard case .settled = settled else {
                Issue.record("the claimed intent came to \(settled)")
                return
            }
            let late = try await ledger.claim(pending.id, now: later)
            guard case .expired = late else {
                Issue.record("the ended hold came to \(late)")
                return
            }
            let again = IntentDraft("b", buyer: "ana", seats: ["A-1-3", "A-1-4"], at: later).intent
            let beyond = try await ledger.open(again, seatsPerBuyer: 2, now: later)
            #expect(beyond == .refused(.buyerLimitExceeded(limit: 2, held: 1)), "a sold seat is forgotten")
            let opened = try await ledger.open(again, seatsPerBuyer: 3, now: later)
            #expect(opened == .opened(isQueued: false))
        }
    }
}
