import Postgres
import Testing
import Ticketing
import TicketingTesting

extension PostgresTests {
    @Suite("A server that refuses a transaction")
    struct ContentionTests {
        /// From now on the first `count` inserts into the inbox fail so. A sequence is not rolled back, so it counts
        /// what failed too.
        private func failing(_ count: Int, _ sqlState: String, _ pool: PostgresPool) async throws {
            _ = try await pool.ask(
                [
                    "CREATE SEQUENCE tries",
                    "CREATE TABLE faults (sqlstate text, most bigint)",
                    "INSERT INTO faults VALUES (\(sqlState), \(count))",
                    """
                    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
                    DECLARE fault faults;
                    BEGIN
                        SELECT * INTO fault FROM faults;
                        IF nextval('tries') <= fault.most THEN
                            RAISE EXCEPTION 'made to fail' USING ERRCODE = fault.sqlstate;
                        END IF;
                        RETURN NEW;
                    END $$
                    """,
                    "CREATE TRIGGER fail BEFORE INSERT ON inbox FOR EACH STATEMENT EXECUTE FUNCTION fail()",
                ], isPrepared: false)
        }

        @Test("for others' sake is asked again, and the decision stands once", arguments: ["40001", "40P01"])
        func retried(sqlState: String) async throws {
            try await sharedCluster().withDatabase { pool, _ in
                try await failing(2, sqlState, pool)
                let book = PostgresOrderBook(pool: pool)
                #expect(try await book.decide([Sale.confirmed(1)]) == [.recorded])
                #expect(try await book.liveTicketCount(of: Sale.hall.event) == 1)
                #expect(pool.counters.retries == 2)
            }
        }

        @Test("again and again is a conflict in the end, with nothing done")
        func givenUp() async throws {
            try await sharedCluster().withDatabase { pool, _ in
                try await failing(1_000, "40001", pool)
                let book = PostgresOrderBook(pool: pool)
                let error = await #expect(throws: PortError.self) {
                    try await book.decide([Sale.confirmed(1)])
                }
                #expect(error?.code == .conflict)
                #expect(try await book.outcome(of: Sale.intent(1).attempt) == nil)
            }
        }

        @Test("more often than the budget allows is not asked again any more")
        func budget() async throws {
            try await sharedCluster().withDatabase { pool, _ in
                try await failing(100_000, "40001", pool)
                let book = PostgresOrderBook(pool: pool)
                for number in 0..<20 { _ = try? await book.decide([Sale.confirmed(number)]) }
                // Ten are saved at the start, and what succeeded before earned a few.
                #expect(pool.counters.retries >= 10 && pool.counters.retries <= 14)
            }
        }

        @Test(
            "because it may not write any more, or goes, is left, and another connection is asked",
            arguments: ["25006", "57P01", "57P03"])
        func failover(sqlState: String) async throws {
            try await sharedCluster().withDatabase { pool, _ in
                try await failing(1, sqlState, pool)
                let made = pool.counters.connectionsMade
                let book = PostgresOrderBook(pool: pool)
                #expect(try await book.decide([Sale.confirmed(1)]) == [.recorded])
                #expect(pool.counters.connectionsMade > made)
            }
        }

        @Test("because a value is wrong is not asked again, and the batch is undecided")
        func rejected() async throws {
            try await sharedCluster().withDatabase { pool, _ in
                try await failing(1_000, "22003", pool)
                let book = PostgresOrderBook(pool: pool)
                let error = await #expect(throws: PortError.self) {
                    try await book.decide([Sale.confirmed(1)])
                }
                #expect(error?.code == .rejected)
                #expect(pool.counters.retries == 0)
            }
        }

        @Test("sessions that the server ends in the middle of a sale are replaced")
        func terminated() async throws {
            try await sharedCluster().withDatabase { pool, name in
                let other = try sharedCluster().pool(name)
                defer { other.close() }
                let book = PostgresOrderBook(pool: pool)
                for number in 0..<20 {
                    _ = try await other.ask([
                        """
                        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE datname = \(name) AND pid <> pg_backend_pid()
                        """
                    ])
                    var results: [DecisionResult] = []
                    for _ in 0..<20 where results.isEmpty {
                        results = (try? await book.decide([Sale.confirmed(number)])) ?? []
                    }
                    #expect(results.count == 1)
                }
                #expect(try await book.liveTicketCount(of: Sale.hall.event) == 20)
            }
        }
    }
}
