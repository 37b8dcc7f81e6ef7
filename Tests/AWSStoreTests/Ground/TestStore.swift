import AWSCalls
import DynamoDB
import SQS
import Telemetry
import Ticketing
import TicketingTesting

/// A double of AWS of its own, with a table and a queue on it.
struct TestStore: Sendable {
    let double: DoubleChild
    let calls: AWSCalls
    let clock: MovableClock
    let metrics: MetricsRegistry

    static let table = "tickets"
    static let maxReceiveCount = 4

    var ledger: DynamoDBLedger { DynamoDBLedger(table: Self.table, calls: calls) }
    var deadLetters: DynamoDBDeadLetters { DynamoDBDeadLetters(table: Self.table, calls: calls) }

    /// Both the double and the adapter see the time pass; long polls get a moment of real time to notice.
    var passage: Passage {
        Passage { ms in
            clock.advance(ms: ms)
            try double.advance(ms: ms)
        }
    }

    func queue() async throws -> SQSOrderQueue {
        let url = try await SQSQueues.create("orders", maxReceiveCount: Self.maxReceiveCount, calls: calls)
        return try await SQSQueues.open(url, calls: calls)
    }
}

func withTestStore(
    _ change: (inout AWSSettings) -> Void = { _ in }, _ body: (TestStore) async throws -> Void
) async throws {
    let double = try DoubleChild()
    let endpoint = try Endpoint(double.url)
    var settings = AWSSettings(
        region: "eu-west-1", dynamoDB: endpoint, sqs: endpoint,
        credentials: .fixed(
            AWSCredentials(accessKeyID: DoubleChild.key.id, secretAccessKey: DoubleChild.key.secret)))
    change(&settings)
    let clock = MovableClock()
    let metrics = MetricsRegistry()
    let calls = AWSCalls(
        settings,
        surroundings: CallSurroundings(
            clock: clock, randomness: SystemRandomness(), metrics: metrics))
    do {
        try await DynamoDBTable.create(TestStore.table, calls: calls)
        try await body(TestStore(double: double, calls: calls, clock: clock, metrics: metrics))
    } catch {
        calls.close()
        throw error
    }
    calls.close()
}

/// Two runs against one table must not draw the same tokens.
struct SystemRandomness: Randomness {
    func next() -> UInt64 { .random(in: .min ... .max) }
}
