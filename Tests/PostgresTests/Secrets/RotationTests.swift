import Postgres
import Testing
import Ticketing
import TicketingTesting

extension PostgresTests {
    @Suite("A password that is rotated")
    struct RotationTests {
        private let scratch = ScratchDirectory()

        private func url(_ user: String) throws -> PostgresURL {
            try sharedCluster().url("postgres", user: user)
        }

        private func pool(
            _ user: String, _ secrets: PostgresSecrets, _ settings: PoolSettings = .forTests
        ) throws -> PostgresPool {
            try PostgresPool(
                url: url(user), secrets: secrets, settings: settings, randomness: SeededRandomness(seed: 1))
        }

        /// One value at a time: PostgreSQL's utility statements take no parameters.
        private func asAdministrator(_ statement: SQLQuery) async throws {
            let pool = try sharedCluster().pool("postgres")
            defer { pool.close() }
            _ = try await pool.ask([statement], isPrepared: false)
        }

        private func json(_ user: String, _ password: String) -> String {
            #"{"username":"\#(user)","password":"\#(password)","engine":"postgres"}"#
        }

        /// Ends the pool's sessions, as they end when the server is patched.
        private func endSessions(of user: String, _ pool: PostgresPool) async throws {
            try await asAdministrator(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = \(user)")
            for _ in 0..<1_000 where pool.counters.connectionsOpen > 0 {
                try await Task.sleep(for: .milliseconds(10))
            }
        }

        @Test("is read again when the old one is refused, and whoever asks notices nothing")
        func rotated() async throws {
            try await asAdministrator("CREATE ROLE rotated LOGIN PASSWORD 'first'")
            let file = scratch.write(json("rotated", "first"), to: "secret")
            let pool = try pool("ticket", .file(file))
            defer { pool.close() }
            #expect(try await pool.ask(["SELECT current_user::text"])[0].text(0, 0) == "rotated")
            try await asAdministrator("ALTER ROLE rotated PASSWORD 'second'")
            #expect(try await pool.ask(["SELECT 1::bigint"])[0].int(0, 0) == 1)
            _ = scratch.write(json("rotated", "second"), to: "secret")
            #expect(pool.counters.secretsRead == 1)
            try await endSessions(of: "rotated", pool)
            #expect(try await pool.ask(["SELECT 2::bigint"])[0].int(0, 0) == 2)
            #expect(pool.counters.secretsRead == 2 && pool.counters.connectFailures == 1)
        }

        @Test("before the file is, or while it is half written, is a typed error, and it goes on after that")
        func late() async throws {
            try await asAdministrator("CREATE ROLE late LOGIN PASSWORD 'second'")
            _ = scratch.write(json("late", "first"), to: "secret")
            var settings = PoolSettings.forTests
            // Half a file may be whole in a moment: it is waited for.
            settings.waitMs = 1_500
            let pool = try pool("ticket", .file("\(scratch.path)/secret"), settings)
            defer { pool.close() }
            for text in [json("late", "first"), #"{"username":"la"#, ""] {
                _ = scratch.write(text, to: "secret")
                let error = await #expect(throws: PostgresFailure.self) {
                    try await pool.ask(["SELECT 1::bigint"])
                }
                #expect(error?.code == .cannotConnect)
                #expect(error?.description.contains("first") == false)
            }
            _ = scratch.write(json("late", "second"), to: "secret")
            var answer: Int?
            for _ in 0..<20 where answer == nil {
                answer = try? await pool.ask(["SELECT 7::bigint"])[0].int(0, 0)
            }
            #expect(answer == 7)
        }

        @Test("comes from the variables that people know, and a brace in it makes it no JSON")
        func variables() async throws {
            try await asAdministrator(#"CREATE ROLE braced LOGIN PASSWORD '{"a'"#)
            let bare = try PostgresURL(
                "postgres://127.0.0.1:\(sharedCluster().port)/postgres?sslmode=disable")
            let environment = ["PGUSER": "braced", "PGPASSWORD": #"{"a"#]
            for (url, secrets) in [
                (bare, try PostgresSecrets.of(bare, environment: environment)),
                (try url("braced"), try .of(url("braced"), environment: ["PGPASSWORD": #"{"a"#])),
            ] {
                let pool = PostgresPool(
                    url: url, secrets: secrets, settings: .forTests, randomness: SeededRandomness(seed: 1))
                defer { pool.close() }
                #expect(try await pool.ask(["SELECT current_user::text"])[0].text(0, 0) == "braced")
            }
        }

        @Test("that is wrong is said at once, with the server's code and without the password")
        func wrong() async throws {
            try await asAdministrator("CREATE ROLE wrong LOGIN PASSWORD 'right'")
            let pool = try pool("wrong", .text("hush-hush"))
            defer { pool.close() }
            let error = await #expect(throws: PostgresFailure.self) {
                try await pool.ask(["SELECT 1::bigint"])
            }
            #expect(error?.sqlState?.code == "28P01")
            #expect(error?.description.contains("hush-hush") == false)
            #expect(pool.counters.waitsGivenUp == 0)
        }
    }
}
