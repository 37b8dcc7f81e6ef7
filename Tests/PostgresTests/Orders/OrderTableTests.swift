import Postgres
import Testing
import Ticketing
import TicketingTesting

extension PostgresTests {
    @Suite("The order book's tables")
    struct OrderTableTests {
        @Test("refuse a second live ticket for a seat by themselves, whoever asks")
        func wall() async throws {
            try await sharedCluster().withDatabase { pool, _ in
                _ = try await PostgresOrderBook(pool: pool).decide([Sale.confirmed(1, seats: ["A-1-1"])])
                let error = await #expect(throws: PostgresFailure.self) {
                    try await pool.ask(["INSERT INTO tickets SELECT * FROM tickets"])
                }
                #expect(error?.sqlState?.code == "23505")
                #expect(error?.constraint == "one_live_ticket_a_seat")
            }
        }

        @Test("are counted and not trusted: without the unique key an oversold seat shows")
        func oversold() async throws {
            try await sharedCluster().withDatabase { pool, _ in
                let book = PostgresOrderBook(pool: pool)
                _ = try await book.decide([Sale.confirmed(1), Sale.confirmed(2)])
                _ = try await pool.ask(["ALTER TABLE tickets DROP CONSTRAINT one_live_ticket_a_seat"])
                _ = try await pool.ask([
                    "INSERT INTO tickets SELECT * FROM tickets WHERE seat_id = \("A-9-1")"
                ])
                #expect(try await book.oversoldSeatCount(of: Sale.hall.event) == 1)
                #expect(try await book.liveTicketCount(of: Sale.hall.event) == 3)
            }
        }

        @Test("a batch with a sold seat is decided in one transaction, without the one that it kept out")
        func oneTransaction() async throws {
            try await sharedCluster().withDatabase { pool, _ in
                let book = PostgresOrderBook(pool: pool)
                _ = try await book.decide([Sale.confirmed(500, seats: ["A-9-250"])])
                let batch = try (0..<500).map { try Sale.confirmed($0) }
                let results = try await book.decide(batch)
                #expect(results.count { $0 == .recorded } == 499)
                #expect(results[250] == .seatsAlreadySold([.named("A-9-250")]))
                let transactions = try await pool.ask([
                    "SELECT count(DISTINCT xmin::text) FROM orders WHERE number <> \(Sale.intent(500).prospectiveOrder.text)"
                ])[0]
                #expect(try transactions.int(0, 0) == 1)
            }
        }

        @Test("a decision that is too long for one batch is thrown back")
        func tooMany() async throws {
            try await sharedCluster().withDatabase { pool, _ in
                let batch = (0..<1_001).map { Sale.declined($0) }
                let error = await #expect(throws: PortError.self) {
                    try await PostgresOrderBook(pool: pool).decide(batch)
                }
                #expect(error?.code == .rejected)
            }
        }

        @Test("a gateway's reason with a NUL in it fails nobody")
        func strangeReason() async throws {
            try await sharedCluster().withDatabase { pool, _ in
                let intent = Sale.intent(1)
                let decision = Decision(
                    attempt: intent.attempt, intent: intent.id, verdict: .declined(reason: "no\0 money'); --")
                )
                #expect(try await PostgresOrderBook(pool: pool).decide([decision]) == [.recorded])
                let reason = try await pool.ask(["SELECT reason FROM inbox"])[0].text(0, 0)
                #expect(reason == "no money'); --")
            }
        }

        @Test("an order that lacks a ticket it names is not shown as if it had none")
        func lostTicket() async throws {
            try await sharedCluster().withDatabase { pool, _ in
                let book = PostgresOrderBook(pool: pool)
                _ = try await book.decide([Sale.confirmed(1, seats: ["A-1-1", "A-1-2"])])
                _ = try await pool.ask(["DELETE FROM tickets WHERE seat_id = \("A-1-2")"])
                let error = await #expect(throws: PortError.self) {
                    try await book.order(for: Sale.intent(1).id)
                }
                #expect(error?.code == .corrupt)
            }
        }

        @Test("a database without the schema says so, and it concerns everybody")
        func noSchema() async throws {
            let cluster = try sharedCluster()
            let pool = try cluster.pool(try await cluster.makeDatabase())
            defer { pool.close() }
            let error = await #expect(throws: PortError.self) {
                try await PostgresOrderBook(pool: pool).decide([Sale.confirmed(1)])
            }
            #expect(error?.code == .unavailable)
            #expect(error?.description.contains("42P01") == true)
        }
    }
}
