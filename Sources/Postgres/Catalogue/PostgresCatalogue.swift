import Ticketing

/// The catalogue in PostgreSQL. It may be called from any loop.
package struct PostgresCatalogue: Catalogue {
    private let calls: PortCalls
    private let ledger: any SeatLedger
    private var pool: PostgresPool { calls.pool }

    /// A map of half a million seats is read and written in some seconds.
    private static let statementMs: UInt64 = 60_000
    /// Imports of one event that come in between, one after the other.
    private static let maxRounds = 16

    /// `ledger` says which seats are taken, before a map is replaced.
    package init(pool: PostgresPool, ledger: any SeatLedger) {
        calls = PortCalls(pool: pool)
        self.ledger = ledger
    }

    package func events() async throws(PortError) -> [Event] {
        try await read(EventRows.statements(nil)) { rows throws(PostgresFailure) in
            try EventRows.decode(rows)
        }
    }

    package func event(_ id: EventID) async throws(PortError) -> Event? {
        try await read(EventRows.statements(id)) { rows throws(PostgresFailure) in
            try EventRows.decode(rows).first
        }
    }

    package func listing(_ id: EventID) async throws(PortError) -> Listing? {
        try await read(EventRows.statements(id) + [SeatRows.statement(id)]) {
            rows throws(PostgresFailure) in try Self.listing(rows)
        }
    }

    /// Several statements of one moment.
    private func read<Value: Sendable>(
        _ statements: [SQLQuery], _ decode: (ArraySlice<ResultRows>) throws(PostgresFailure) -> Value
    ) async throws(PortError) -> Value {
        try await calls.reading("the catalogue", within: pool.deadline(statementMs: Self.statementMs)) {
            deadline async throws(PostgresFailure) in
            let rows = try await pool.withSession(within: deadline) { session async throws(PostgresFailure) in
                try await session.ask(
                    ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", Self.patience] + statements + [
                        "COMMIT"
                    ])
            }
            return try decode(rows[2..<(2 + statements.count)])
        }
    }

    private static var patience: SQLQuery {
        "SELECT set_config('statement_timeout', \("\(statementMs)"), true)"
    }

    private static func listing(_ rows: ArraySlice<ResultRows>) throws(PostgresFailure) -> Listing? {
        guard let event = try EventRows.decode(rows).first else { return nil }
        let seats = try SeatRows.decode(rows[rows.startIndex + 3])
        return try PortCalls.valid("a listing") { () throws(InvalidValue) in
            try Listing(event: event, map: SeatMap(hash: event.mapHash, seats: seats))
        }
    }

    // MARK: Importing

    package func importListing(
        _ listing: Listing, now: Timestamp
    ) async throws(PortError) -> ImportOutcome {
        // The ledger is another store and is asked outside of the transaction, for the map that stands then. When
        // the transaction finds another map, it begins anew.
        for _ in 0..<Self.maxRounds {
            let stored = try await event(listing.event.id)?.mapHash
            if let stored, stored != listing.map.hash {
                let locked = try await liveLockCount(of: listing.event.id, now: now)
                guard locked == 0 else { return .refusedMapInUse(lockedSeats: locked) }
            }
            if let outcome = try await put(listing, inPlaceOf: stored) { return outcome }
        }
        throw PortError(.conflict, "the event \(listing.event.id) is imported from several places at once")
    }

    private func liveLockCount(of event: EventID, now: Timestamp) async throws(PortError) -> Int {
        var count = 0
        for section in try await ledger.lockedSections(of: event) {
            let locks = try await ledger.locks(in: section, of: event)
            count += locks.count { !$0.state.isFree(at: now) }
        }
        return count
    }

    /// Nil, and nothing written, when the map that stands there is not the one that the ledger was asked about.
    private func put(
        _ listing: Listing, inPlaceOf expected: ContentHash?
    ) async throws(PortError) -> ImportOutcome? {
        let deadline = pool.deadline(statementMs: Self.statementMs)
        return try await calls.writing("the catalogue", within: deadline) {
            deadline async throws(PostgresFailure) in
            try await pool.withSession(within: deadline) { session async throws(PostgresFailure) in
                try await put(listing, inPlaceOf: expected, in: session)
            }
        }
    }

    private func put(
        _ listing: Listing, inPlaceOf expected: ContentHash?, in session: PostgresSession
    ) async throws(PostgresFailure) -> ImportOutcome? {
        let id = listing.event.id
        // Imports of one event come one after the other; there may be no row yet that could be locked. The lock
        // comes in a statement of its own, so that the next one sees what its last holder committed.
        let rows = try await session.ask(
            [
                "BEGIN", Self.patience, "SELECT pg_advisory_xact_lock(hashtextextended(\(id.text), 7))",
            ] + EventRows.statements(id) + [SeatRows.statement(id)])
        let stored = try Self.listing(rows[3..<7])
        guard stored?.map.hash == expected else {
            _ = try await session.ask(["ROLLBACK"])
            return nil
        }
        guard stored != listing else {
            _ = try await session.ask(["ROLLBACK"])
            return .unchanged
        }
        _ = try await session.ask(
            ListingStatements.put(listing, replacesMap: stored?.map != listing.map) + ["COMMIT"])
        return stored == nil ? .added : .updated
    }
}
