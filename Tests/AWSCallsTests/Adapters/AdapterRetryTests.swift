import SQS
import Testing
import Ticketing
import TicketingTesting

@testable import AWSCalls
@testable import DynamoDB

/// Retries that an adapter makes of parts of a call come out of the budget that whole calls have.
@Suite("Parts of a call that are left undone")
struct AdapterRetryTests {
    typealias Reply = ScriptedServer.Reply

    private static let draft = IntentDraft("a", seats: ["A-1-1"])

    private static func cancelled(_ code: String) -> Reply {
        .answer(
            400,
            #"{"__type":"TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":"\#(code)"},{"Code":"None"}]}"#
        )
    }

    private func error<Value>(
        _ body: () async throws(PortError) -> Value
    ) async -> PortError? {
        do throws(PortError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    private func withBudget(
        _ budget: Int, _ script: [Reply] = [], usual: Reply, _ body: (TestCalls) async throws -> Void
    ) async throws {
        try await withCalls(script, usual: usual) { settings in
            settings.retries.budget = budget
        } _: { test in
            try await body(test)
        }
    }

    @Test("of a batch of messages are sent again while the budget lasts, and then keep their own error")
    func messages() async throws {
        let reply = Reply.answer(
            200, #"{"Failed":[{"Id":"0","Code":"RequestThrottled","Message":"later","SenderFault":false}]}"#)
        try await withBudget(1, usual: reply) { test in
            let queue = SQSOrderQueue(
                queueURL: "http://q/orders.fifo", deadQueueURL: "http://q/dead.fifo", maxReceiveCount: 5,
                calls: test.calls)
            for requests in [2, 3] {
                let results = try await queue.send([
                    OutgoingMessage(.probe("a"), group: "a", deduplicationID: "a")
                ])
                guard case .failed(let error)? = results.first else {
                    Issue.record("it came to \(results)")
                    return
                }
                #expect(error.code == .throttled)
                #expect(test.server.requests.count == requests)
            }
        }
    }

    @Test(
        "of a read of many items are asked for while the budget lasts, and then it says that it is throttled")
    func items() async throws {
        let reply = Reply.answer(
            200,
            #"{"Responses":{"tickets":[]},"UnprocessedKeys":{"tickets":{"Keys":[{"pk":{"S":"I#a"},"sk":{"S":"-"}}]}}}"#
        )
        try await withBudget(3, usual: reply) { test in
            let table = TableCalls(table: "tickets", calls: test.calls)
            let first = await error { () async throws(PortError) in
                try await table.getMany(["I#a"], doing: "reading")
            }
            #expect(first?.code == .throttled)
            #expect(test.server.requests.count == 4)
            let second = await error { () async throws(PortError) in
                try await table.getMany(["I#a"], doing: "reading")
            }
            #expect(second?.code == .throttled)
            #expect(test.server.requests.count == 5)
        }
    }

    @Test(
        "of a transaction that was throttled are written while the budget lasts, and then it says so",
        arguments: ["ThrottlingError", "ProvisionedThroughputExceeded"])
    func throttledTransaction(code: String) async throws {
        // The first call names the section.
        try await withBudget(3, [.answer()], usual: Self.cancelled(code)) { test in
            let ledger = DynamoDBLedger(table: "tickets", calls: test.calls)
            let intent = Self.draft.intent
            for requests in [5, 6] {
                let failure = await error { () async throws(PortError) in
                    try await ledger.open(intent, seatsPerBuyer: 6, now: intent.createdAt)
                }
                #expect(failure?.code == .throttled)
                #expect(test.server.requests.count == requests)
            }
        }
    }

    @Test("of a transaction that met another one cost the budget nothing")
    func conflict() async throws {
        let conflicts = [Reply](repeating: Self.cancelled("TransactionConflict"), count: 4)
        try await withBudget(0, [.answer()] + conflicts, usual: .answer()) { test in
            let intent = Self.draft.intent
            let outcome = try await DynamoDBLedger(table: "tickets", calls: test.calls).open(
                intent, seatsPerBuyer: 6, now: intent.createdAt)
            #expect(outcome == .opened(isQueued: false))
            #expect(test.server.requests.count == 6)
        }
    }
}
