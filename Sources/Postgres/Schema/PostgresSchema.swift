import Ticketing

/// Brings a database to the schema that this program knows. Safe to repeat, and from two places at once: one
/// advisory lock lets them in one after the other, and everything is one transaction.
package struct PostgresSchema: Sendable {
    package struct Report: Sendable, Equatable {
        /// Applied now, or with `dryRun` what would be.
        package let applied: [Int]
        /// Found as they should be.
        package let present: [Int]
    }

    private let pool: PostgresPool
    private let migrations: [Migration]

    /// Any number that nothing else in the database locks: the bytes of "ticket".
    private static let lockKey = 0x7469_636B_6574
    /// A step may rewrite a table; the operator waits, and the services go on with the old schema.
    private static let statementMs: UInt64 = 600_000

    package init(_ pool: PostgresPool, migrations: [Migration] = Migration.all) {
        self.pool = pool
        self.migrations = migrations
    }

    /// Applies what is missing. A step that was changed since it ran here, or one that this program does not
    /// know, changes nothing and is an error.
    package func migrate(dryRun: Bool) async throws(PortError) -> Report {
        let calls = PortCalls(pool: pool)
        let deadline = pool.deadline(statementMs: Self.statementMs)
        let outcome = try await calls.writing("the schema", within: deadline) {
            deadline async throws(PostgresFailure) in
            try await pool.withSession(within: deadline) { session async throws(PostgresFailure) in
                try await run(in: session, dryRun: dryRun)
            }
        }
        return try outcome.get()
    }

    private func run(
        in session: PostgresSession, dryRun: Bool
    ) async throws(PostgresFailure) -> Result<Report, PortError> {
        let timeout = "\(Self.statementMs)"
        _ = try await session.ask(
            [
                "BEGIN", "SELECT set_config('statement_timeout', \(timeout), true)",
                "SELECT set_config('lock_timeout', \(timeout), true)",
                "SELECT pg_advisory_xact_lock(\(Self.lockKey))",
            ], isPrepared: false)
        let applied = try await self.applied(in: session)
        if let fault = fault(in: applied) { return try await undo(session, .failure(fault)) }
        let missing = migrations.filter { applied[$0.version] == nil }
        let report = Report(applied: missing.map(\.version), present: applied.keys.sorted())
        guard !dryRun, !missing.isEmpty else { return try await undo(session, .success(report)) }
        if applied.isEmpty { _ = try await session.ask([Self.table], isPrepared: false) }
        for migration in missing {
            _ = try await session.ask(
                migration.statements + [
                    """
                    INSERT INTO schema_migrations (version, name, checksum)
                    VALUES (\(migration.version), \(migration.name), \(migration.checksum))
                    """
                ], isPrepared: false)
        }
        _ = try await session.ask(["COMMIT"], isPrepared: false)
        return .success(report)
    }

    private static let table: SQLQuery = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now())
        """

    /// The checksum of each version that ran here.
    private func applied(in session: PostgresSession) async throws(PostgresFailure) -> [Int: String] {
        let exists = try await session.ask(
            ["SELECT to_regclass('public.schema_migrations') IS NOT NULL"], isPrepared: false)
        guard try exists[0].bool(0, 0) else { return [:] }
        let rows = try await session.ask(
            ["SELECT version, checksum FROM schema_migrations"], isPrepared: false)[0]
        var applied: [Int: String] = [:]
        for row in 0..<rows.count { applied[try rows.int(row, 0)] = try rows.text(row, 1) }
        return applied
    }

    private func fault(in applied: [Int: String]) -> PortError? {
        for (version, checksum) in applied.sorted(by: { $0.key < $1.key }) {
            guard let known = migrations.first(where: { $0.version == version }) else {
                return PortError(
                    .rejected,
                    "the database has migration \(version), which this program does not know: it is newer")
            }
            guard known.checksum == checksum else {
                return PortError(
                    .corrupt,
                    "migration \(version) is not the one that ran in this database: its checksum differs")
            }
        }
        return nil
    }

    private func undo(
        _ session: PostgresSession, _ outcome: Result<Report, PortError>
    ) async throws(PostgresFailure) -> Result<Report, PortError> {
        _ = try await session.ask(["ROLLBACK"], isPrepared: false)
        return outcome
    }
}
