import Testing
import Ticketing
import TicketingTesting

@Suite("The reference ledger")
struct ReferenceLedgerTests {
    @Test("conforms", arguments: SeatLedgerConformance.checks)
    func conforms(check: SeatLedgerConformance.Check) async throws {
        try await check.run(ReferenceLedger())
    }
}
