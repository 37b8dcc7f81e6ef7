import AWSCalls
import DynamoDB
import Ticketing

/// Dead letters as workers leave them behind.
struct Letters: Sendable {
    let table: String
    let count: Int
    let calls: AWSCalls
    private static let concurrency = 64

    func bury() async throws {
        let letters = DynamoDBDeadLetters(table: table, calls: calls)
        let now = MachineClock().now()
        for start in stride(from: 0, to: count, by: Self.concurrency) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in start..<min(start + Self.concurrency, count) {
                    group.addTask {
                        let id = try Drafts.id(UInt64(number))
                        try await letters.bury(
                            DeadLetter(
                                key: id.text, message: .intent(id), event: EventID("bench"), kind: .payment,
                                reason: "the gateway did not answer", failureCount: 5, diedAt: now,
                                redriveCount: 0))
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
