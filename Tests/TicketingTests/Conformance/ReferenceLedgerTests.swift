import Testing
import Ticketing
import TicketingTesting

@Suite("The reference ledger")
struct ReferenceLedgerTests {
    @Test("conforms", arguments: SeatLedgerConformance.checks)
    func conforms(check: SeatLedgerConformance.Check) async throws {
        try await check.run(ReferenceLedger())
    }

    @Test("conforms with a queue of its own", arguments: SeatLedgerConformance.checks)
    func conformsWithQueue(check: SeatLedgerConformance.Check) async throws {
        try await check.run(ReferenceLedger(queue: ReferenceQueue(clock: ManualClock())))
    }

    @Test("queues what it opens", arguments: QueueingLedgerConformance.checks)
    func queues(check: QueueingLedgerConformance.Check) async throws {
        let queue = ReferenceQueue(clock: ManualClock())
        try await check.run(.init(ReferenceLedger(queue: queue), queue: queue))
    }
}
