import EventLoop
import Testing
import Ticketing

@testable import AWSCalls

@Suite("An answer that makes no sense")
struct BadAnswerTests {
    typealias Reply = ScriptedServer.Reply

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reply: Reply
        var code = AWSError.Code.badAnswer
    }

    static let bad: [Bad] = [
        Bad(
            testDescription: "that is not JSON", reply: .answer(200, "{\"value\":", type: "application/json")),
        Bad(testDescription: "with another member than is known", reply: .answer(200, #"{"other":1}"#)),
        Bad(testDescription: "whose member has another type", reply: .answer(200, #"{"value":1}"#)),
        Bad(testDescription: "that is empty", reply: .answer(200, "")),
        Bad(testDescription: "of another type", reply: .answer(200, "<html>hello</html>", type: "text/html")),
        Bad(testDescription: "without a type", reply: .raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")),
        Bad(testDescription: "that refuses without a name", reply: .answer(400, "{}")),
        Bad(testDescription: "that leads elsewhere", reply: .answer(302, "{}", headers: ["Location: /"])),
        Bad(
            testDescription: "that ends too early",
            reply: .raw(
                "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 99\r\n\r\n{\"v"
            ),
            code: .unavailable),
        Bad(testDescription: "with half a head", reply: .raw("HTTP/1.1 200 OK\r\nConte"), code: .unavailable),
        Bad(testDescription: "that is no HTTP", reply: .raw("hello, who are you?\r\n\r\n")),
        Bad(testDescription: "of nothing at all", reply: .nothing, code: .unavailable),
    ]

    @Test("ends in a typed error, is counted, and ends its connection", arguments: bad)
    func badAnswer(_ bad: Bad) async throws {
        try await withCalls([], usual: bad.reply) { settings in
            settings.retries.maxAttempts = 2
        } _: { test in
            let error = await #expect(throws: AWSError.self) { try await test.value() }
            #expect(error?.code == bad.code, "\(String(describing: error))")
            #expect(error?.mayHaveHappened == true)
            #expect(
                test.metric(
                    #"ticket_aws_failures_total{kind="\#(bad.code.rawValue)",service="dynamodb"} 2"#))
            #expect(test.server.connections >= 2, "its connection was used again")
        }
    }

    @Test("does not keep the next one from being believed")
    func next() async throws {
        try await withCalls([.answer(200, "[]"), .nothing, .answer(200, #"{"value":"good"}"#)]) { test in
            let value = try await test.value()
            #expect(value == "good")
        }
    }

    @Test("because it is larger than any may be is given up at the limit, and not asked for again")
    func tooLarge() async throws {
        let large = Reply.answer(200, #"{"value":"\#(String(repeating: "x", count: 200_000))"}"#)
        try await withCalls([], usual: large) { settings in
            settings.transport.maxAnswerBytes = 100_000
        } _: { test in
            let error = await test.failure()
            #expect(error?.code == .badAnswer)
            #expect(test.server.requests.count == 1)
        }
    }

    @Test("is what the domain hears as an unknown outcome of a write, and as corrupt of a read")
    func portErrors() {
        let bad = AWSError(.badAnswer, "x", mayHaveHappened: true)
        #expect(PortError(bad, doing: "writing").code == .unknownOutcome)
        #expect(PortError(bad, doing: "reading", isRead: true).code == .corrupt)
        let lost = AWSError(.unavailable, "x", mayHaveHappened: true)
        #expect(PortError(lost, doing: "writing").code == .unknownOutcome)
        #expect(PortError(lost, doing: "reading", isRead: true).code == .unavailable)
        #expect(PortError(AWSError(.unavailable, "x"), doing: "writing").code == .unavailable)
        #expect(PortError(AWSError(.throttled, "x"), doing: "writing").code == .throttled)
        #expect(PortError(AWSError(.busy, "x"), doing: "writing").code == .throttled)
        #expect(PortError(AWSError(.refused, "x"), doing: "writing").code == .rejected)
        #expect(PortError(AWSError(.credentials, "x"), doing: "writing").code == .unavailable)
    }
}
