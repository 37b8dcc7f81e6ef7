import DynamoDB
import SQS
import Testing
import Ticketing
import TicketingTesting

@testable import AWSCalls

/// What the adapters make of answers that DynamoDB and SQS would never give. Each call of a port is lied to in each way.
@Suite("An adapter that is lied to")
struct AdapterLiesTests {
    typealias Reply = ScriptedServer.Reply

    /// One call of a port, and answers to it that are JSON and no answer to it.
    struct Question: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let service: String
        let isRead: Bool
        let wrong: [String]
        let ask: @Sendable (AWSCalls) async throws(PortError) -> Void
    }

    private static let draft = IntentDraft("a", seats: ["A-1-1"])
    private static func queue(_ calls: AWSCalls) -> SQSOrderQueue {
        SQSOrderQueue(
            queueURL: "http://q/orders.fifo", deadQueueURL: "http://q/dead.fifo", maxReceiveCount: 5,
            calls: calls)
    }
    private static func ledger(_ calls: AWSCalls) -> DynamoDBLedger {
        DynamoDBLedger(table: "tickets", calls: calls)
    }
    private static func letters(_ calls: AWSCalls) -> DynamoDBDeadLetters {
        DynamoDBDeadLetters(table: "tickets", calls: calls)
    }

    static let questions: [Question] = [
        Question(
            testDescription: "receiving", service: "sqs", isRead: false,
            wrong: [
                #"{"Messages":7}"#, #"{"Messages":[{"MessageId":"m","ReceiptHandle":"r"}]}"#,
                #"{"Messages":[{"MessageId":"m","ReceiptHandle":"r","Body":"b","Attributes":{"MessageGroupId":"g","ApproximateReceiveCount":"none","SentTimestamp":"1"}}]}"#,
            ]
        ) { calls async throws(PortError) in
            _ = try await queue(calls).receive(max: 10, waitMs: 0, visibilityMs: 30_000)
        },
        Question(
            testDescription: "sending", service: "sqs", isRead: false,
            wrong: [
                "{}", #"{"Successful":"all"}"#, #"{"Successful":[{"Id":"7"}]}"#,
                #"{"Successful":[{"Id":"0"}]}"#,
                #"{"Successful":[{"Id":"0"},{"Id":"1"}],"Failed":[{"Id":"1","Code":"x","SenderFault":false}]}"#,
            ]
        ) { calls async throws(PortError) in
            _ = try await queue(calls).send([
                OutgoingMessage(.probe("a"), group: "a", deduplicationID: "a"),
                OutgoingMessage(.probe("b"), group: "b", deduplicationID: "b"),
            ])
        },
        Question(
            testDescription: "deleting", service: "sqs", isRead: false,
            wrong: ["{}", #"{"Successful":[{"Name":"0"}]}"#, #"{"Failed":[{"Id":0}]}"#]
        ) { calls async throws(PortError) in
            _ = try await queue(calls).delete([ReceiptHandle("r")])
        },
        Question(
            testDescription: "counting the queue", service: "sqs", isRead: true,
            wrong: [
                "{}", #"{"Attributes":[]}"#, #"{"Attributes":{"ApproximateNumberOfMessages":3}}"#,
                #"{"Attributes":{"ApproximateNumberOfMessages":"3","ApproximateNumberOfMessagesNotVisible":"-1","ApproximateNumberOfMessagesDelayed":"0"}}"#,
            ]
        ) { calls async throws(PortError) in
            _ = try await queue(calls).stats()
        },
        Question(
            testDescription: "reading an intent", service: "dynamodb", isRead: true,
            wrong: [#"{"Item":7}"#, #"{"Item":{"pk":"I#a"}}"#, #"{"Item":{"v":{"N":"many"}}}"#]
        ) { calls async throws(PortError) in
            _ = try await ledger(calls).intent(draft.id)
        },
        Question(
            testDescription: "reading a section's locks", service: "dynamodb", isRead: true,
            wrong: [
                "{}", #"{"Items":{},"Count":0}"#,
                #"{"Items":[{"sk":{"S":"A-1-1"},"st":{"S":"melted"}}],"Count":1}"#,
                #"{"Items":[],"Count":0,"LastEvaluatedKey":{"pk":{"N":"1"}}}"#,
            ]
        ) { calls async throws(PortError) in
            _ = try await ledger(calls).locks(in: .named("A"), of: draft.hall.event)
        },
        Question(
            testDescription: "counting letters", service: "dynamodb", isRead: true,
            wrong: ["{}", #"{"Count":"three"}"#, #"{"Count":-1}"#]
        ) { calls async throws(PortError) in
            _ = try await letters(calls).letterCount()
        },
        Question(
            testDescription: "counting a failure", service: "dynamodb", isRead: false,
            wrong: ["{}", #"{"Attributes":null}"#, #"{"Attributes":[1]}"#]
        ) { calls async throws(PortError) in
            _ = try await letters(calls).record(
                Failure(key: "a", kind: .payment, reason: "r", at: draft.createdAt))
        },
    ]

    private static func error(
        _ question: Question, _ calls: AWSCalls
    ) async -> PortError? {
        do throws(PortError) {
            try await question.ask(calls)
            return nil
        } catch {
            return error
        }
    }

    private static func withLiar(_ reply: Reply, _ body: (TestCalls) async throws -> Void) async throws {
        try await withCalls([], usual: reply) { settings in
            settings.retries.maxAttempts = 2
            settings.transport.maxAnswerBytes = 100_000
        } _: { test in
            try await body(test)
        }
    }

    /// Every connection over which it came is closed, and none carries a second request.
    private static func expectClosed(_ test: TestCalls, _ sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(test.server.connections == test.server.requests.count, sourceLocation: sourceLocation)
    }

    @Test("by an answer of another shape says so, counts it and ends the connection", arguments: questions)
    func shape(question: Question) async throws {
        for body in question.wrong + [#"[]"#, #""yes""#] {
            try await Self.withLiar(.answer(200, body)) { test in
                let error = await Self.error(question, test.calls)
                #expect(
                    error?.code == (question.isRead ? .corrupt : .unknownOutcome), "\(body): \(error as Any)")
                #expect(
                    test.metric(
                        #"ticket_aws_failures_total{kind="badAnswer",service="\#(question.service)"}"#),
                    "\(body)")
                Self.expectClosed(test)
            }
        }
    }

    @Test("by half an answer, or by one that is too large, does the same", arguments: questions)
    func halves(question: Question) async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
        let body = question.wrong.first ?? "{"
        let replies: [(Reply, [PortError.Code])] = [
            (.answer(200, String(body.dropLast())), [.corrupt, .unknownOutcome]),
            (.raw(head + "Content-Length: 999\r\n\r\n" + body), [.unavailable, .unknownOutcome]),
            (
                .answer(200, #"{"padding":"\#(String(repeating: "x", count: 200_000))"}"#),
                [.corrupt, .unknownOutcome]
            ),
        ]
        for (reply, codes) in replies {
            try await Self.withLiar(reply) { test in
                let error = await Self.error(question, test.calls)
                #expect(error.map { codes.contains($0.code) } == true, "\(error as Any)")
                #expect(test.metric(#"service="\#(question.service)"}"#))
                Self.expectClosed(test)
            }
        }
    }

    @Test(
        "by a refusal of a name that nobody knows says that it is refused, counts it as such and ends the connection",
        arguments: questions)
    func unknownName(question: Question) async throws {
        try await Self.withLiar(.refusal("TheMoonIsFullException")) { test in
            let error = await Self.error(question, test.calls)
            #expect(error?.code == .rejected, "\(error as Any)")
            #expect(
                test.metric(
                    #"ticket_aws_failures_total{kind="unknownRefusal",service="\#(question.service)"}"#))
            _ = await Self.error(question, test.calls)
            Self.expectClosed(test)
        }
    }

    static let cancellations = [
        #"{"__type":"TransactionCanceledException"}"#,
        #"{"__type":"TransactionCanceledException","CancellationReasons":"all"}"#,
        #"{"__type":"TransactionCanceledException","CancellationReasons":[]}"#,
        #"{"__type":"TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":7},{"Code":"None"}]}"#,
        #"{"__type":"TransactionCanceledException","CancellationReasons":[{"Code":"TheMoonIsFull"},{"Code":"None"},{"Code":"None"}]}"#,
        #"{"__type":"TransactionCanceledException","CancellationReasons":[{"Code":"ConditionalCheckFailed","Item":[]},{"Code":"None"},{"Code":"None"}]}"#,
    ]

    @Test(
        "about why a transaction was cancelled sells nothing, counts it and ends the connection",
        arguments: cancellations)
    func cancellation(body: String) async throws {
        // The first call names the section.
        try await withCalls([.answer()], usual: .answer(400, body)) { test in
            let intent = Self.draft.intent
            do throws(PortError) {
                let outcome = try await Self.ledger(test.calls).open(
                    intent, seatsPerBuyer: 6, now: intent.createdAt)
                Issue.record("it came to \(outcome)")
            } catch {
                #expect(error.code == .corrupt, "\(error)")
            }
            #expect(test.metric(#"ticket_aws_failures_total{kind="badAnswer",service="dynamodb"} 1"#))
            #expect(test.server.requests.count == 2)
            let before = test.server.connections
            _ = await test.failure()
            #expect(test.server.connections == before + 1, "the connection is used again")
        }
    }

    @Test("about why a count was not written says so, and ends the connection")
    func condition() async throws {
        let body = #"{"__type":"ConditionalCheckFailedException","Item":"gone"}"#
        try await Self.withLiar(.answer(400, body)) { test in
            let question = try #require(Self.questions.last)
            #expect(await Self.error(question, test.calls)?.code == .corrupt)
            #expect(test.metric(#"ticket_aws_failures_total{kind="badAnswer",service="dynamodb"} 1"#))
            Self.expectClosed(test)
        }
    }
}
