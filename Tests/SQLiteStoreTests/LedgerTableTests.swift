import Testing
import Ticketing
import TicketingTesting

@testable import SQLiteStore

/// What the port alone cannot bring about: rows as a bug or a hand on the file would leave them.
@Suite("The tables of the ledger")
struct LedgerTableTests {
    private let draft = IntentDraft("a", seats: ["A-1-1", "A-1-2"])

    private func withClaimed(
        _ body: (SQLiteStore, SQLiteSeatLedger, Timestamp) async throws -> Void
    ) async throws {
        try await withStore { store, clock in
            let ledger = SQLiteSeatLedger(store, queuesIntents: true)
            _ = try await ledger.open(draft.intent, seatsPerBuyer: 4, now: clock.now())
            _ = try await ledger.claim(draft.id, now: clock.now())
            try await body(store, ledger, clock.now())
        }
    }

    @Test("an intent whose lock is gone is not confirmed: the seats are told and nothing is written")
    func lostLock() async throws {
        try await withClaimed { store, ledger, now in
            try RawDatabase(store.path).run("DELETE FROM seat_locks WHERE seat = 'A-1-2'")
            let outcome = try await ledger.settle(
                draft.id, as: .confirmed(draft.intent.prospectiveOrder), now: now)
            #expect(outcome == .seatsLost([.named("A-1-2")]))
            let intent = try await ledger.intent(draft.id)
            #expect(intent?.state == .claimed)
        }
    }

    @Test("an intent whose lock is another's is not confirmed, and declining it leaves that lock alone")
    func foreignLock() async throws {
        try await withClaimed { store, ledger, now in
            let other = IntentDraft("b", buyer: "ben", seats: ["A-1-3"])
            _ = try await ledger.open(other.intent, seatsPerBuyer: 4, now: now)
            try RawDatabase(store.path).run("UPDATE seat_locks SET intent_no = 2 WHERE seat = 'A-1-2'")
            let confirmed = try await ledger.settle(
                draft.id, as: .confirmed(draft.intent.prospectiveOrder), now: now)
            #expect(confirmed == .seatsLost([.named("A-1-2")]))
            _ = try await ledger.settle(draft.id, as: .declined, now: now)
            let locks = try await ledger.locks(in: .named("A"), of: draft.hall.event)
            #expect(Set(locks.map(\.seat.text)) == ["A-1-2", "A-1-3"])
        }
    }

    @Test(
        "a lock of an intent that has ended is an error for a person to look at, and is never shown as free")
    func lockOfEnded() async throws {
        try await withClaimed { store, ledger, now in
            try RawDatabase(store.path).run("UPDATE intents SET state = 3, ended_at = 1 WHERE no = 1")
            let read = await code { _ = try await ledger.locks(in: .named("A"), of: draft.hall.event) }
            #expect(read == .corrupt)
            let next = IntentDraft("b", buyer: "ben", seats: ["A-1-1"])
            let outcome = try await ledger.open(next.intent, seatsPerBuyer: 4, now: now)
            #expect(
                outcome
                    == .refused(
                        .seatUnavailable([
                            SeatConflict(seat: .named("A-1-1"), obstacle: .selling(by: draft.id))
                        ])))
        }
    }
}
