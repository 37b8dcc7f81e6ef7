import Bootstrap
import JSON
import Postgres
import Synchronization
import Testing
import Ticketing

extension PostgresTests {
    @Suite("ticket db init")
    struct DatabaseInitTests {
        /// What a command said, run on a thread of its own: it blocks as a program does.
        private struct Answer {
            let code: Int32
            let out: String
            let err: String

            var applied: [Int64] {
                guard case .array(let databases)? = (try? JSONValue(parsing: out))?["databases"],
                    case .array(let steps)? = databases.first?["applied"]
                else { return [] }
                return steps.compactMap { $0["version"]?.integer }
            }
        }

        private final class Said: CommandOutput {
            let out = Mutex<[UInt8]>([])
            let err = Mutex<[UInt8]>([])

            func isTerminal(_ stream: CommandStream) -> Bool { false }
            func readLine() -> String? { nil }
            func write(_ bytes: [UInt8], to stream: CommandStream) {
                switch stream {
                case .standardOutput: out.withLock { $0 += bytes }
                case .standardError: err.withLock { $0 += bytes }
                }
            }
        }

        private func ticket(_ words: [String], _ environment: [String: String]) async throws -> Answer {
            try await OwnThread.run {
                let said = Said()
                let code = TicketTool.run(words, environment: environment, output: said)
                return Answer(
                    code: code, out: String(decoding: said.out.withLock { $0 }, as: UTF8.self),
                    err: String(decoding: said.err.withLock { $0 }, as: UTF8.self))
            }
        }

        private func withDatabase(
            _ body: (_ environment: [String: String], PostgresPool) async throws -> Void
        ) async throws {
            let cluster = try sharedCluster()
            let name = try await cluster.makeDatabase()
            let pool = try cluster.pool(name)
            defer { pool.close() }
            let url = "postgres://ticket@127.0.0.1:\(cluster.port)/\(name)?sslmode=disable"
            try await body(["TICKET_ORDERS": url, "TICKET_CATALOGUE": url], pool)
        }

        private func tableCount(_ pool: PostgresPool) async throws -> Int {
            try await pool.ask(["SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"])[0].int(0, 0)
        }

        @Test("makes the schema, says what it did, and does nothing the second time")
        func again() async throws {
            try await withDatabase { environment, pool in
                let dry = try await ticket(["db", "init", "--dry-run"], environment)
                #expect(dry.code == 0, "\(dry.err)")
                #expect(dry.out.contains("would apply migration 1, \(Migration.all[0].name)."))
                #expect(try await tableCount(pool) == 0)

                let first = try await ticket(["db", "init"], environment)
                #expect(first.code == 0, "\(first.err)")
                #expect(first.out.contains(": applied migration 1, \(Migration.all[0].name)."))
                #expect(first.out.split(separator: "\n").count == 1, "one database, named twice")
                #expect(try await tableCount(pool) > 0)

                let second = try await ticket(["db", "init", "--json"], environment)
                #expect(second.code == 0 && second.applied.isEmpty)
                #expect(second.out.contains(#""present":[1]"#) && second.out.contains(#""dryRun":false"#))
            }
        }

        @Test("from several places at once applies each step once")
        func parallel() async throws {
            try await withDatabase { environment, pool in
                let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                    for _ in 0..<4 {
                        group.addTask { try await ticket(["db", "init", "--json"], environment) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.map(\.code) == [0, 0, 0, 0], "\(answers.map(\.err))")
                #expect(answers.flatMap(\.applied) == [1])
                #expect(try await tableCount(pool) > 0)
            }
        }

        @Test("of a database that a newer program has changed leaves it, with a code of its own")
        func newer() async throws {
            try await withDatabase { environment, pool in
                _ = try await ticket(["db", "init"], environment)
                _ = try await pool.ask(["INSERT INTO schema_migrations VALUES (99, 'later', 'x')"])
                let answer = try await ticket(["db", "init"], environment)
                #expect(answer.code == 65)
                #expect(answer.err.contains("99"))
            }
        }

        @Test("of a server that cannot be had says so, and of SQLite files that there is nothing to do here")
        func nowhere() async throws {
            try await withDatabase { environment, _ in
                let wrong = environment.mapValues { $0.replacing("?", with: "-not-there?") }
                let answer = try await ticket(["db", "init"], wrong)
                #expect(answer.code == 69)
                #expect(answer.err.contains("3D000"))
            }
            let files = try await ticket(["db", "init"], [:])
            #expect(files.code == 64)
            #expect(files.err.contains("TICKET_ORDERS"))
        }

        @Test("takes one secret and not two")
        func twoSecrets() async throws {
            try await withDatabase { environment, _ in
                let both = environment.merging(["PGPASSWORD": "hush", "TICKET_ORDERS_SECRET": "hush"]) { $1 }
                let answer = try await ticket(["db", "init"], both)
                #expect(answer.code == 64)
                #expect(answer.err.contains("TICKET_ORDERS_SECRET and PGPASSWORD"))
                #expect(!answer.err.contains("hush"))
            }
        }
    }
}
