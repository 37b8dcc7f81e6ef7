import Postgres
import Testing
import Ticketing
import TicketingTesting

extension PostgresTests {
    @Suite("A commit whose answer is lost")
    struct UnknownCommitTests {
        private func withProxy(
            _ body: (FaultProxy, PostgresOrderBook, PostgresPool) async throws -> Void
        ) async throws {
            let cluster = try sharedCluster()
            try await cluster.withDatabase { direct, name in
                let proxy = FaultProxy(toPort: cluster.port)
                defer { proxy.close() }
                let pool = try PostgresPool(
                    url: PostgresURL("postgres://ticket@127.0.0.1:\(proxy.port)/\(name)?sslmode=disable"),
                    settings: .forTests, randomness: SeededRandomness(seed: 1))
                defer { pool.close() }
                let book = PostgresOrderBook(pool: pool)
                // The connection is there and the statement is prepared.
                _ = try await book.decide([Sale.confirmed(1)])
                try await body(proxy, book, direct)
            }
        }

        @Test("is an unknown outcome, and the same decision again finds that it stands")
        func lostAnswer() async throws {
            try await withProxy { proxy, book, direct in
                proxy.inject(.loseAnswer)
                let decision = try Sale.confirmed(2)
                let error = await #expect(throws: PortError.self) { try await book.decide([decision]) }
                #expect(error?.code == .unknownOutcome)
                #expect(try await book.decide([decision]) == [.alreadyDecided(.confirmed)])
                let count = try await PostgresOrderBook(pool: direct).liveTicketCount(of: Sale.hall.event)
                #expect(count == 2)
            }
        }

        @Test("is an unknown outcome too when the request was lost, and the same decision again is recorded")
        func lostRequest() async throws {
            try await withProxy { proxy, book, _ in
                proxy.inject(.loseRequest)
                let decision = try Sale.confirmed(2)
                let error = await #expect(throws: PortError.self) { try await book.decide([decision]) }
                #expect(error?.code == .unknownOutcome)
                #expect(try await book.decide([decision]) == [.recorded])
            }
        }

        @Test("is no doubt for a question that only reads: it is asked again")
        func lostReading() async throws {
            try await withProxy { proxy, book, _ in
                proxy.inject(.loseAnswer)
                let outcome = try await book.outcome(of: Sale.intent(1).attempt)
                #expect(outcome == .confirmed)
            }
        }
    }
}
