import Ticketing

/// The catalogue of the embedded store.
package struct SQLiteCatalogue: Catalogue {
    private let store: SQLiteStore
    private let foreignLedger: (any SeatLedger)?

    /// `ledger` is nil when the seat ledger is this very store: locks are then counted in the transaction
    /// that imports. Another ledger is asked before it.
    package init(_ store: SQLiteStore, ledger: (any SeatLedger)?) {
        self.store = store
        foreignLedger = ledger
    }

    package func events() async throws(PortError) -> [Event] {
        try await store.read { connection throws(PortError) in try CatalogueTables(connection).events() }
    }

    package func event(_ id: EventID) async throws(PortError) -> Event? {
        try await store.read { connection throws(PortError) in try CatalogueTables(connection).event(id) }
    }

    package func listing(_ id: EventID) async throws(PortError) -> Listing? {
        try await store.read { connection throws(PortError) in try CatalogueTables(connection).listing(id) }
    }

    package func importListing(
        _ listing: Listing, now: Timestamp
    ) async throws(PortError) -> ImportOutcome {
        let encoded = EncodedListing(listing)
        let foreignLocks = try await foreignLockCount(of: encoded, now: now)
        return try await store.write { connection throws(PortError) in
            try CatalogueTables(connection).put(encoded) { () throws(PortError) in
                if let foreignLocks { return foreignLocks }
                return try LedgerReads(connection: connection).liveLockCount(of: encoded.id, now: now)
            }
        }
    }

    /// Nil when the locks are our own.
    private func foreignLockCount(
        of listing: EncodedListing, now: Timestamp
    ) async throws(PortError) -> Int? {
        guard let foreignLedger else { return nil }
        guard let stored = try await event(listing.id), stored.mapHash.text != listing.mapHash else {
            return 0
        }
        var count = 0
        for section in try await foreignLedger.lockedSections(of: listing.id) {
            let locks = try await foreignLedger.locks(in: section, of: listing.id)
            count += locks.count { !$0.state.isFree(at: now) }
        }
        return count
    }
}
