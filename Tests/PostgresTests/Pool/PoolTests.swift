import Testing
import Ticketing
import TicketingTesting

@testable import Postgres

extension PostgresTests {
    @Suite("The pool")
    struct PoolTests {
        @Test("lets nobody wait past the deadline when every connection is busy, and goes on afterwards")
        func exhausted() async throws {
            var settings = PoolSettings.forTests
            settings.maxConnections = 1
            settings.waitMs = 200
            let cluster = try sharedCluster()
            try await cluster.withDatabase { _, name in
                let pool = try cluster.pool(name, settings)
                defer { pool.close() }
                try await pool.withSession { session async throws(PostgresFailure) in
                    _ = try await session.ask(["SELECT 1::bigint"])
                    do throws(PostgresFailure) {
                        _ = try await pool.ask(["SELECT 1::bigint"])
                        Issue.record("it was answered")
                    } catch {
                        #expect(error.code == .overloaded)
                    }
                    do throws(PortError) {
                        _ = try await PostgresOrderBook(pool: pool).decide([Sale.declined(1)])
                        Issue.record("it was decided")
                    } catch {
                        #expect(error.code == .throttled)
                    }
                }
                #expect(try await pool.ask(["SELECT 7::bigint"])[0].int(0, 0) == 7)
                #expect(pool.counters.waitsGivenUp == 2)
            }
        }

        @Test("lets only so many wait")
        func fullQueue() async throws {
            var settings = PoolSettings.forTests
            settings.maxConnections = 1
            settings.maxInFlight = 1
            settings.maxWaiting = 2
            let cluster = try sharedCluster()
            let name = try await cluster.makeDatabase()
            let pool = try cluster.pool(name, settings)
            defer { pool.close() }
            _ = try await pool.ask(["SELECT 1::bigint"])
            let refused = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        do throws(PostgresFailure) {
                            _ = try await pool.ask(["SELECT pg_sleep(0.2)::text"])
                            return false
                        } catch {
                            return error.code == .overloaded
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(refused == 7)
        }

        @Test("never has more connections than it may")
        func bounded() async throws {
            let cluster = try sharedCluster()
            let name = try await cluster.makeDatabase()
            let pool = try cluster.pool(name)
            defer { pool.close() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask { _ = try await pool.ask(["SELECT pg_sleep(0.002)::text"]) }
                }
                try await group.waitForAll()
            }
            #expect(pool.counters.connectionsOpen <= 4)
            #expect(pool.counters.connectionsMade <= 4)
        }

        @Test("a statement that takes too long is ended by the server, and the connection lives on")
        func statementTimeout() async throws {
            var settings = PoolSettings.forTests
            settings.statementMs = 2_000
            let cluster = try sharedCluster()
            let pool = try cluster.pool(try await cluster.makeDatabase(), settings)
            defer { pool.close() }
            _ = try await pool.ask(["SELECT 1::bigint"])
            let error = await #expect(throws: PostgresFailure.self) {
                try await pool.ask(["SELECT pg_sleep(30)::text"])
            }
            #expect(error?.sqlState?.code == "57014")
            #expect(error?.mayHaveTakenEffect == false)
            #expect(try await pool.ask(["SELECT 7::bigint"])[0].int(0, 0) == 7)
            #expect(pool.counters.connectionsMade == 1)
        }

        @Test("answers stay with their questions when many are under way on one connection")
        func pipelined() async throws {
            var settings = PoolSettings.forTests
            settings.maxConnections = 1
            let cluster = try sharedCluster()
            let pool = try cluster.pool(try await cluster.makeDatabase(), settings)
            defer { pool.close() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        if number % 7 == 0 {
                            let zero = 0
                            let error = await #expect(throws: PostgresFailure.self) {
                                try await pool.ask(["SELECT \(number) / \(zero)", "SELECT 1::bigint"])
                            }
                            #expect(error?.sqlState?.code == "22012")
                        } else {
                            let rows = try await pool.ask(["SELECT \(number)", "SELECT \(number) + 1"])
                            #expect(try rows[0].int(0, 0) == number)
                            #expect(try rows[1].int(0, 0) == number + 1)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(pool.counters.connectionsMade == 1)
        }

        @Test("statements sent together are one transaction: a failure takes the earlier ones back")
        func oneTransaction() async throws {
            let cluster = try sharedCluster()
            let pool = try cluster.pool(try await cluster.makeDatabase())
            defer { pool.close() }
            _ = try await pool.ask(["CREATE TABLE numbers (number bigint)"])
            await #expect(throws: PostgresFailure.self) {
                try await pool.ask([
                    "INSERT INTO numbers VALUES (\(1))", "INSERT INTO numbers VALUES (\(2) / 0)",
                ])
            }
            #expect(try await pool.ask(["SELECT count(*) FROM numbers"])[0].int(0, 0) == 0)
        }

        @Test("a transaction that a session leaves open is rolled back and disturbs nobody")
        func leftOpen() async throws {
            var settings = PoolSettings.forTests
            settings.maxConnections = 1
            let cluster = try sharedCluster()
            let pool = try cluster.pool(try await cluster.makeDatabase(), settings)
            defer { pool.close() }
            _ = try await pool.ask(["CREATE TABLE numbers (number bigint)"])
            try await pool.withSession { session async throws(PostgresFailure) in
                _ = try await session.ask(["BEGIN", "INSERT INTO numbers VALUES (\(1))"])
            }
            #expect(try await pool.ask(["SELECT count(*) FROM numbers"])[0].int(0, 0) == 0)
        }

        @Test("a statement is prepared once a connection, and again after another one failed to be")
        func prepared() async throws {
            var settings = PoolSettings.forTests
            settings.maxConnections = 1
            let cluster = try sharedCluster()
            let pool = try cluster.pool(try await cluster.makeDatabase(), settings)
            defer { pool.close() }
            for number in 0..<5 { _ = try await pool.ask(["SELECT \(number)"]) }
            _ = try? await pool.ask(["SELECT * FROM nowhere"])
            _ = try? await pool.ask(["SELECT * FROM nowhere"])
            let count = try await pool.ask(["SELECT count(*) FROM pg_prepared_statements"])[0].int(0, 0)
            #expect(count == 2)
            #expect(pool.counters.connectionsMade == 1)
        }

        @Test("a table that changed under a prepared statement is no error for the port")
        func changedTable() async throws {
            try await sharedCluster().withDatabase { pool, _ in
                let book = PostgresOrderBook(pool: pool)
                _ = try await book.decide([Sale.confirmed(1)])
                let order = try await book.order(for: Sale.intent(1).id)
                for _ in 0..<8 { _ = try await book.order(for: Sale.intent(1).id) }
                _ = try await pool.ask(["ALTER TABLE orders ADD COLUMN note text"], isPrepared: false)
                #expect(try await book.order(for: Sale.intent(1).id) == order)
            }
        }

        /// More values than the protocol can count: libpq refuses it in the call, before anything is sent.
        private static let unsendable: SQLQuery = {
            var values = SQLQuery.Interpolation(literalCapacity: 0, interpolationCount: 70_000)
            for number in 0..<70_000 { values.appendInterpolation(number) }
            return SQLQuery(stringInterpolation: values)
        }()

        @Test("a question that fails while it is handed over loses nobody who waits behind it")
        func failsAtOnce() async throws {
            var settings = PoolSettings.forTests
            settings.maxConnections = 1
            settings.maxInFlight = 2
            let pool = try sharedCluster().pool("postgres", settings)
            defer { pool.close() }
            let answers = try await withThrowingTaskGroup(of: PostgresFailure.Code?.self) { group in
                group.addTask {
                    // Everybody waits for the end of this.
                    try await pool.withSession { session async throws(PostgresFailure) in
                        _ = try await session.ask(["SELECT pg_sleep(0.3)::text"])
                    }
                    return nil
                }
                for number in 0..<40 {
                    group.addTask {
                        do throws(PostgresFailure) {
                            _ = try await pool.ask([
                                number % 5 == 2 ? Self.unsendable : "SELECT pg_sleep(0.001)::text"
                            ])
                            return nil
                        } catch {
                            return error.code
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // Its neighbours on the connection may be lost with it. Nobody is forgotten until the deadline.
            #expect(answers.allSatisfy { $0 == nil || $0 == .lost })
            #expect(answers.count { $0 == .lost } >= 8)
            #expect(answers.count { $0 == nil } >= 16)
            #expect(pool.counters.waitsGivenUp == 0)
        }

        @Test("connections that nobody needs are closed")
        func idle() async throws {
            var settings = PoolSettings.forTests
            settings.idleMs = 50
            let cluster = try sharedCluster()
            let pool = try cluster.pool(try await cluster.makeDatabase(), settings)
            defer { pool.close() }
            _ = try await pool.ask(["SELECT 1::bigint"])
            for _ in 0..<500 where pool.counters.connectionsOpen > 0 {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(pool.counters.connectionsOpen == 0)
            #expect(try await pool.ask(["SELECT 7::bigint"])[0].int(0, 0) == 7)
        }

        @Test("a pool that is closed answers whoever waits, and whoever comes later")
        func closed() async throws {
            let cluster = try sharedCluster()
            let pool = try cluster.pool(try await cluster.makeDatabase())
            _ = try await pool.ask(["SELECT 1::bigint"])
            let slow = Task { try await pool.ask(["SELECT pg_sleep(30)::text"]) }
            try await Task.sleep(for: .milliseconds(50))
            pool.close()
            let error = await #expect(throws: PostgresFailure.self) { try await slow.value }
            #expect(error?.code == .closed)
            let later = await #expect(throws: PostgresFailure.self) {
                try await pool.ask(["SELECT 1::bigint"])
            }
            #expect(later?.code == .closed)
            let session = await #expect(throws: PostgresFailure.self) {
                try await pool.withSession { session async throws(PostgresFailure) in
                    _ = try await session.ask(["SELECT 1::bigint"])
                }
            }
            #expect(session?.code == .closed)
            #expect(pool.counters.connectionsOpen == 0)
        }

        @Test("a pool that is closed in the middle of a session, or of a pause before a retry, answers")
        func closedInBetween() async throws {
            let cluster = try sharedCluster()
            let pool = try cluster.pool("postgres")
            let error = await #expect(throws: PostgresFailure.self) {
                try await pool.withSession { session async throws(PostgresFailure) in
                    pool.close()
                    _ = try await session.ask(["SELECT 1::bigint"])
                }
            }
            #expect(error?.code == .closed)

            let paused = try cluster.pool("postgres")
            let retry = Task { await paused.mayRetry(afterMs: 29_000, within: paused.deadline()) }
            for _ in 0..<500 where paused.counters.retries == 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            // Its place in the loop's inbox is behind that of the first.
            #expect(await paused.mayRetry(afterMs: 1, within: paused.deadline()))
            paused.close()
            #expect(await retry.value == false)
        }

        @Test("a server that is not there is said to be unavailable at the deadline")
        func absent() async throws {
            var settings = PoolSettings()
            settings.waitMs = 300
            let pool = try PostgresPool(
                url: PostgresURL("postgres://ticket@127.0.0.1:\(FreePort.find())/ticket?sslmode=disable"),
                settings: settings, randomness: SeededRandomness(seed: 1))
            defer { pool.close() }
            let error = await #expect(throws: PortError.self) {
                try await PostgresOrderBook(pool: pool).decide([Sale.declined(1)])
            }
            #expect(error?.code == .unavailable)
            #expect(pool.counters.connectFailures >= 2)
        }

        @Test("a database that is not there is said at once")
        func noDatabase() async throws {
            let pool = try sharedCluster().pool("nowhere")
            defer { pool.close() }
            let error = await #expect(throws: PostgresFailure.self) {
                try await pool.ask(["SELECT 1::bigint"])
            }
            #expect(error?.sqlState?.code == "3D000")
        }

        @Test("a name without an address is said, and the pool goes on")
        func noAddress() async throws {
            var settings = PoolSettings()
            settings.waitMs = 300
            let pool = try PostgresPool(
                url: PostgresURL("postgres://ticket@no-such-host.invalid/ticket"), settings: settings,
                randomness: SeededRandomness(seed: 1))
            defer { pool.close() }
            let error = await #expect(throws: PostgresFailure.self) {
                try await pool.ask(["SELECT 1::bigint"])
            }
            #expect(error?.code == .cannotConnect)
            #expect(error?.description.contains("no-such-host.invalid") == true)
        }
    }
}
