import Glibc
import SQLiteStore
import SandboxPayments
import Testing
import Ticketing
import TicketingTesting

extension SQLiteAttemptRecords: SandboxRecords {}

@Suite("The sandbox gateway conforms")
struct GatewayConformanceTests {
    @Test("with its books in memory", arguments: PaymentGatewayConformance.checks)
    func inMemory(check: PaymentGatewayConformance.Check) async throws {
        try await run(check, MemoryRecords())
    }

    @Test("with its books in the embedded store", arguments: PaymentGatewayConformance.checks)
    func inStore(check: PaymentGatewayConformance.Check) async throws {
        var template = Array("/tmp/ticket-sandbox-XXXXXX".utf8CString)
        let directory = String(cString: try #require(mkdtemp(&template)))
        let path = directory + "/ticket.db"
        let store = try SQLiteStore(path: path, clock: ManualClock())
        defer {
            store.close()
            unlink(path)
            rmdir(directory)
        }
        try await run(check, SQLiteAttemptRecords(store))
    }

    private func run(_ check: PaymentGatewayConformance.Check, _ records: any SandboxRecords) async throws {
        let books = SandboxBooks(records: records)
        try await check.run(
            .init(
                SandboxGateway(records: records, clock: ManualClock()),
                captureCount: { try await books.account(of: $0)?.captureCount ?? 0 },
                refundCount: { try await books.account(of: $0)?.refundCount ?? 0 }))
    }
}
