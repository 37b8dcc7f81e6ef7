import Testing
import Ticketing
import TicketingTesting

@testable import Postgres

extension PostgresTests {
    @Suite("The schema")
    struct SchemaTests {
        private func withEmptyDatabase(_ body: (PostgresPool, String) async throws -> Void) async throws {
            let cluster = try sharedCluster()
            let name = try await cluster.makeDatabase()
            let pool = try cluster.pool(name)
            defer { pool.close() }
            try await body(pool, name)
        }

        private func tableCount(_ pool: PostgresPool) async throws -> Int {
            try await pool.ask(["SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"])[0].int(0, 0)
        }

        private static let second = Migration(
            version: 2, name: "a second step", statements: ["CREATE TABLE second_step (number bigint)"])

        @Test("is made once; again changes nothing, and a dry run never does")
        func again() async throws {
            try await withEmptyDatabase { pool, _ in
                let schema = PostgresSchema(pool)
                #expect(try await schema.migrate(dryRun: true) == .init(applied: [1], present: []))
                #expect(try await tableCount(pool) == 0)
                #expect(try await schema.migrate(dryRun: false) == .init(applied: [1], present: []))
                let tables = try await tableCount(pool)
                #expect(tables > 0)
                #expect(try await schema.migrate(dryRun: false) == .init(applied: [], present: [1]))
                let next = PostgresSchema(pool, migrations: Migration.all + [Self.second])
                #expect(try await next.migrate(dryRun: true) == .init(applied: [2], present: [1]))
                #expect(try await tableCount(pool) == tables)
                #expect(try await next.migrate(dryRun: false) == .init(applied: [2], present: [1]))
            }
        }

        @Test("is made once when many make it at once")
        func parallel() async throws {
            try await withEmptyDatabase { _, name in
                let cluster = try sharedCluster()
                let reports = try await withThrowingTaskGroup(of: PostgresSchema.Report.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            let pool = try cluster.pool(name)
                            defer { pool.close() }
                            return try await PostgresSchema(pool).migrate(dryRun: false)
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(reports.count { $0.applied == [1] } == 1)
                #expect(reports.count { $0.present == [1] } == 7)
            }
        }

        @Test("of a step that was changed after it ran is refused, and nothing is applied")
        func changed() async throws {
            try await withEmptyDatabase { pool, _ in
                _ = try await PostgresSchema(pool).migrate(dryRun: false)
                let tables = try await tableCount(pool)
                let edited = Migration(
                    version: 1, name: "edited", statements: ["CREATE TABLE other (a bigint)"])
                let error = await #expect(throws: PortError.self) {
                    try await PostgresSchema(pool, migrations: [edited, Self.second]).migrate(dryRun: false)
                }
                #expect(error?.code == .corrupt)
                #expect(try await tableCount(pool) == tables)
            }
        }

        @Test("of a newer program is left alone")
        func newer() async throws {
            try await withEmptyDatabase { pool, _ in
                _ = try await PostgresSchema(pool, migrations: Migration.all + [Self.second]).migrate(
                    dryRun: false)
                let error = await #expect(throws: PortError.self) {
                    try await PostgresSchema(pool).migrate(dryRun: false)
                }
                #expect(error?.code == .rejected)
            }
        }

        @Test("a step that fails in the middle leaves nothing, not even the steps before it")
        func failing() async throws {
            try await withEmptyDatabase { pool, _ in
                let broken = Migration(
                    version: 2, name: "broken",
                    statements: ["CREATE TABLE half (number bigint)", "CREATE TABLE half (number bigint)"])
                await #expect(throws: PortError.self) {
                    try await PostgresSchema(pool, migrations: Migration.all + [broken]).migrate(
                        dryRun: false)
                }
                let tables = try await tableCount(pool)
                #expect(tables == 0)
                #expect(try await PostgresSchema(pool).migrate(dryRun: false).applied == [1])
            }
        }
    }
}
