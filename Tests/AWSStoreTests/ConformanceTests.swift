import DynamoDB
import SQS
import Testing
import Ticketing
import TicketingTesting

@Suite("On a double of AWS conforms")
struct ConformanceTests {
    @Test("the seat ledger on DynamoDB", arguments: SeatLedgerConformance.checks)
    func seatLedger(check: SeatLedgerConformance.Check) async throws {
        try await withTestStore { store in try await check.run(store.ledger) }
    }

    @Test(
        "the seat ledger while transactions last a while", arguments: SeatLedgerConformance.contentionChecks)
    func heldTransactions(check: SeatLedgerConformance.Check) async throws {
        try await withTestStore { store in
            try store.double.faults(#"{"transactionHoldMs":3}"#)
            try await check.run(store.ledger)
        }
    }

    @Test("the dead letters on DynamoDB", arguments: DeadLettersConformance.checks)
    func deadLetters(check: DeadLettersConformance.Check) async throws {
        try await withTestStore { store in try await check.run(store.deadLetters) }
    }

    @Test("the order queue on SQS", arguments: OrderQueueConformance.checks)
    func orderQueue(check: OrderQueueConformance.Check) async throws {
        try await withTestStore { store in
            try await check.run(.init(store.queue(), passage: store.passage))
        }
    }
}

extension SeatLedgerConformance {
    /// Those in which many write at the same time.
    static var contentionChecks: [Check] {
        checks.filter { $0.name.contains("parallel") && !$0.name.contains("of 20 parallel claims") }
    }
}
