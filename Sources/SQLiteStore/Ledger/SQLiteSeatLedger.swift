import Ticketing

/// The seat ledger of the embedded store.
package struct SQLiteSeatLedger: SeatLedger {
    private let store: SQLiteStore
    private let queuesIntents: Bool

    /// `queuesIntents` when the order queue is this very store: an intent's message then goes into the
    /// commit that opens it. Otherwise the caller sends it.
    package init(_ store: SQLiteStore, queuesIntents: Bool) {
        self.store = store
        self.queuesIntents = queuesIntents
    }

    package func open(
        _ intent: PaymentIntent, blocked: [SeatID], seatsPerBuyer: Int, now: Timestamp
    ) async throws(PortError) -> OpenOutcome {
        let queuedAt = queuesIntents ? store.clock.now() : nil
        return try await store.write(isUrgent: true) { connection throws(PortError) in
            try LedgerTransactions(connection).open(
                intent, blocked: blocked, seatsPerBuyer: seatsPerBuyer, now: now, queuedAt: queuedAt)
        }
    }

    package func conflicts(
        at seats: [ChosenSeat], of event: EventID, now: Timestamp
    ) async throws(PortError) -> [SeatConflict] {
        try await store.read { connection throws(PortError) in
            try LedgerTables(connection: connection).conflicts(at: seats, of: event, now: now)
        }
    }

    package func intent(_ id: IntentID) async throws(PortError) -> PaymentIntent? {
        try await store.read { connection throws(PortError) in
            try LedgerReads(connection: connection).intent(id)
        }
    }

    package func claim(_ id: IntentID, now: Timestamp) async throws(PortError) -> ClaimOutcome {
        try await store.write { connection throws(PortError) in
            try LedgerTransactions(connection).claim(id, now: now)
        }
    }

    package func settle(
        _ id: IntentID, as settlement: Settlement, now: Timestamp
    ) async throws(PortError) -> SettleOutcome {
        try await store.write { connection throws(PortError) in
            try LedgerTransactions(connection).settle(id, as: settlement, now: now)
        }
    }

    package func cancel(
        _ id: IntentID, buyer: BuyerID, now: Timestamp
    ) async throws(PortError) -> CancelOutcome {
        try await store.write(isUrgent: true) { connection throws(PortError) in
            try LedgerTransactions(connection).cancel(id, buyer: buyer, now: now)
        }
    }

    package func locks(in section: SectionID, of event: EventID) async throws(PortError) -> [SeatLock] {
        try await store.read { connection throws(PortError) in
            try LedgerReads(connection: connection).locks(in: section, of: event)
        }
    }

    package func lockedSections(of event: EventID) async throws(PortError) -> [SectionID] {
        try await store.read { connection throws(PortError) in
            try LedgerReads(connection: connection).lockedSections(of: event)
        }
    }

    package func openIntents(
        createdBefore moment: Timestamp, after position: OpenIntentPosition?, limit: Int
    ) async throws(PortError) -> [PaymentIntent] {
        try await store.read { connection throws(PortError) in
            try LedgerReads(connection: connection).openIntents(
                createdBefore: moment, after: position, limit: limit)
        }
    }
}
