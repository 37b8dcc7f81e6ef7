import Bootstrap
import Postgres
import SandboxPayments
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

        @Test("the books of the sandbox gateway", arguments: PaymentGatewayConformance.checks)
        func attemptRecords(check: PaymentGatewayConformance.Check) async throws {
            try await sharedCluster().withDatabase { pool, _ in
                let records = PostgresAttemptRecords(pool: pool)
                let books = SandboxBooks(records: records)
                try await check.run(
                    .init(
                        SandboxGateway(records: records, clock: ManualClock()),
                        captureCount: { try await books.account(of: $0)?.captureCount ?? 0 },
                        refundCount: { try await books.account(of: $0)?.refundCount ?? 0 }))
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
