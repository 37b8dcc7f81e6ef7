import Testing
import Ticketing
import TicketingTesting

@testable import SQLiteStore

/// A crash of the machine between two steps leaves the file and its log as they are at that moment. Each test
/// copies them there and starts again on the copy.
@Suite("After a crash")
struct DurabilityTests {
    private let clock = ManualClock()

    private func afterCrash(
        _ store: SQLiteStore, _ body: (SQLiteStore) async throws -> Void
    ) async throws {
        let copy = store.path + "-after-crash"
        copyAsAfterCrash(store.path, to: copy)
        defer { for suffix in ["", "-wal"] { write([], to: copy + suffix) } }
        try await withStore(at: copy, clock: clock, body)
    }

    private func withLedger(
        _ body: (SQLiteStore, SQLiteSeatLedger, SQLiteOrderQueue, SQLiteOrderBook) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            try await withStore(at: directory + "/ticket.db", clock: clock) { store in
                try await body(
                    store, SQLiteSeatLedger(store, queuesIntents: true), SQLiteOrderQueue(store),
                    SQLiteOrderBook(store))
            }
        }
    }

    private let draft = IntentDraft("a", seats: ["A-1-1", "A-1-2"])

    @Test("an opened intent is there with its seats, its tally and its message")
    func opened() async throws {
        try await withLedger { store, ledger, _, _ in
            _ = try await ledger.open(draft.intent, seatsPerBuyer: 4, now: clock.now())
            try await afterCrash(store) { store in
                let ledger = SQLiteSeatLedger(store, queuesIntents: true)
                let intent = try await ledger.intent(draft.id)
                #expect(intent == draft.intent)
                let locks = try await ledger.locks(in: .named("A"), of: draft.hall.event)
                #expect(locks.count == 2)
                let messages = try await SQLiteOrderQueue(store).receive(
                    max: 5, waitMs: 0, visibilityMs: 1_000)
                #expect(messages.map(\.message) == [.intent(draft.id)])
                let more = IntentDraft("b", seats: ["A-1-3", "A-1-4", "A-2-1"])
                let outcome = try await ledger.open(more.intent, seatsPerBuyer: 4, now: clock.now())
                #expect(outcome == .refused(.buyerLimitExceeded(limit: 4, held: 2)))
            }
        }
    }

    @Test("a received message is still in flight, and comes again when its visibility ends")
    func received() async throws {
        try await withLedger { store, ledger, queue, _ in
            _ = try await ledger.open(draft.intent, seatsPerBuyer: 4, now: clock.now())
            let before = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 10_000)
            try await afterCrash(store) { store in
                let queue = SQLiteOrderQueue(store)
                let early = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 10_000)
                #expect(early.isEmpty)
                clock.advance(ms: 10_000)
                let late = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 10_000)
                #expect(late.map(\.id) == before.map(\.id))
                #expect(late.map(\.receiveCount) == [2])
            }
        }
    }

    @Test("a claim, a decision and a settlement stay, and a second worker goes on from there")
    func purchase() async throws {
        try await withLedger { store, ledger, queue, orders in
            _ = try await ledger.open(draft.intent, seatsPerBuyer: 4, now: clock.now())
            let messages = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 10_000)
            _ = try await ledger.claim(draft.id, now: clock.now())
            try await afterCrash(store) { store in
                let claim = try await SQLiteSeatLedger(store, queuesIntents: true)
                    .claim(draft.id, now: clock.now())
                guard case .alreadyClaimed = claim else {
                    Issue.record("the claim is \(claim)")
                    return
                }
            }
            let decision = OrderFixture.decision(for: draft.intent)
            _ = try await orders.decide([decision])
            try await afterCrash(store) { store in
                let again = try await SQLiteOrderBook(store).decide([decision])
                #expect(again == [.alreadyDecided(.confirmed)])
                let order = try await SQLiteOrderBook(store).order(for: draft.id)
                #expect(order?.tickets.count == 2)
            }
            let number = draft.intent.prospectiveOrder
            _ = try await ledger.settle(draft.id, as: .confirmed(number), now: clock.now())
            try await afterCrash(store) { store in
                let locks = try await SQLiteSeatLedger(store, queuesIntents: true)
                    .locks(in: .named("A"), of: draft.hall.event)
                #expect(locks.allSatisfy { $0.state == .sold(owner: draft.id, order: number) })
                // Settled and not deleted: the message comes again, and is good for nothing but deleting.
                clock.advance(ms: 10_000)
                let again = try await SQLiteOrderQueue(store).receive(max: 1, waitMs: 0, visibilityMs: 1_000)
                #expect(again.map(\.id) == messages.map(\.id))
            }
        }
    }

    @Test("a deleted message stays deleted, and its number is not given to another")
    func deleted() async throws {
        try await withLedger { store, ledger, queue, _ in
            _ = try await ledger.open(draft.intent, seatsPerBuyer: 4, now: clock.now())
            let first = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 60_000)
            _ = try await queue.delete(first.map(\.receipt))
            try await afterCrash(store) { store in
                let queue = SQLiteOrderQueue(store)
                let stats = try await queue.stats()
                #expect(stats.visible == 0 && stats.inFlight == 0)
                _ = try await queue.send([
                    OutgoingMessage(.probe("next"), group: "g", deduplicationID: "next")
                ])
                let next = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 60_000)
                #expect(next.count == 1 && next.map(\.receipt) != first.map(\.receipt))
                let stale = try await queue.delete(first.map(\.receipt))
                #expect(stale.allSatisfy { !$0.isDone })
            }
        }
    }

    @Test("a store that was left without being closed is opened beside it and shows everything")
    func abandoned() async throws {
        try await withLedger { store, ledger, _, _ in
            for number in 0..<20 {
                let draft = IntentDraft(
                    "a", buyer: "buyer\(Base32.encode([UInt8(number)]))", seats: ["A-9-\(number)"])
                _ = try await ledger.open(draft.intent, seatsPerBuyer: 4, now: clock.now())
            }
            try await withStore(at: store.path, clock: clock) { second in
                let locks = try await SQLiteSeatLedger(second, queuesIntents: true)
                    .locks(in: .named("A"), of: draft.hall.event)
                #expect(locks.count == 20)
            }
        }
    }
}
