import Postgres
import Testing
import Ticketing
import TicketingTesting

extension PostgresTests {
    @Suite("PostgreSQL conforms to")
    struct ConformanceTests {
        @Test("the order book", arguments: OrderBookConformance.checks)
        func orderBook(check: OrderBookConformance.Check) async throws {
            try await sharedCluster().withDatabase { pool, _ in
                try await check.run(PostgresOrderBook(pool: pool))
            }
        }

        @Test("the catalogue that asks another ledger", arguments: CatalogueConformance.checks)
        func catalogue(check: CatalogueConformance.Check) async throws {
            try await sharedCluster().withDatabase { pool, _ in
                let ledger = ReferenceLedger()
                try await check.run(.init(PostgresCatalogue(pool: pool, ledger: ledger), ledger: ledger))
            }
        }
    }
}
