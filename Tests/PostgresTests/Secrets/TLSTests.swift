import Postgres
import Testing
import Ticketing
import TicketingTesting

extension PostgresTests {
    @Suite("A server that has to prove who it is")
    struct TLSTests {
        private func pool(_ host: String, authority: String) throws -> PostgresPool {
            let cluster = try sharedCluster()
            var settings = PoolSettings.forTests
            // What is refused is tried again until then.
            settings.waitMs = 1_500
            return try PostgresPool(
                url: PostgresURL(
                    "postgres://ticket@\(host):\(cluster.port)/postgres?sslmode=verify-full&sslrootcert=\(authority)"
                ), settings: settings, randomness: SeededRandomness(seed: 1))
        }

        /// Asks until it is answered: a busy machine may need longer for a handshake than the pool waits.
        private func isEncrypted(_ pool: PostgresPool) async throws -> Bool {
            for _ in 0..<20 {
                let rows = try? await pool.ask([
                    "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
                ])
                if let rows { return try rows[0].bool(0, 0) }
            }
            Issue.record("there was no answer")
            return false
        }

        /// Why there is no connection, once one was tried.
        private func refusal(_ pool: PostgresPool) async throws -> String {
            for _ in 0..<20 {
                let error = await #expect(throws: PostgresFailure.self) {
                    try await pool.ask(["SELECT 1::bigint"])
                }
                let failure = try #require(error)
                #expect(failure.code == .cannotConnect && !failure.mayHaveTakenEffect)
                if failure.cause != nil { return failure.description }
            }
            Issue.record("it was never tried")
            return ""
        }

        @Test("is believed when our authority signed for its name, and everything is encrypted")
        func right() async throws {
            let pool = try pool("localhost", authority: sharedCluster().authority)
            defer { pool.close() }
            #expect(try await isEncrypted(pool))
        }

        @Test("is not believed when somebody else signed for it")
        func wrongAuthority() async throws {
            let cluster = try sharedCluster()
            let stranger = try await OwnThread.run {
                try TestAuthority(in: "\(cluster.directory)/stranger", log: "/dev/null").certificateFile
            }
            let pool = try pool("localhost", authority: stranger)
            defer { pool.close() }
            #expect(try await refusal(pool).contains("certificate verify failed"))
            #expect(pool.counters.connectionsMade == 0)
        }

        @Test("is not believed under another name than the one that was signed")
        func wrongName() async throws {
            let pool = try pool("127.0.0.1", authority: sharedCluster().authority)
            defer { pool.close() }
            #expect(try await refusal(pool).contains("does not match host name"))
            #expect(pool.counters.connectionsMade == 0)
        }

        @Test("is not believed when the authorities cannot be read")
        func noAuthority() async throws {
            let pool = try pool("localhost", authority: "/nowhere/authority.crt")
            defer { pool.close() }
            #expect(try await refusal(pool).contains("/nowhere/authority.crt"))
        }

        @Test("is not spoken to in the clear when it says that it has no TLS")
        func withoutTLS() async throws {
            let server = LyingServer()
            defer { server.close() }
            var settings = PoolSettings.forTests
            settings.waitMs = 1_500
            let pool = try PostgresPool(
                url: PostgresURL(
                    "postgres://ticket@localhost:\(server.port)/postgres?sslrootcert=\(sharedCluster().authority)"
                ),
                settings: settings, randomness: SeededRandomness(seed: 1))
            defer { pool.close() }
            #expect(try await refusal(pool).contains("SSL"))
            #expect(pool.counters.connectionsMade == 0)
        }
    }
}
