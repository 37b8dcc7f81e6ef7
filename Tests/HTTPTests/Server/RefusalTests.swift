import HTTP
import Telemetry
import Testing

@Suite("A refused request", .timeLimit(.minutes(1)))
struct RefusalTests {
    struct Example: CustomTestStringConvertible {
        let name: String
        let status: Int
        let problem: String
        let request: String
        var testDescription: String { "\(name): \(status)" }
    }

    private static let head = "POST /echo HTTP/1.1\r\nHost: a\r\n"
    private static let examples = [
        Example(
            name: "no HTTP", status: 400, problem: "invalid-request", request: "EHLO mail.example\r\n\r\n"),
        Example(
            name: "bare line feeds", status: 400, problem: "invalid-request",
            request: "GET / HTTP/1.1\nHost: a\n\n"),
        Example(
            name: "no Host", status: 400, problem: "invalid-request", request: "GET /now HTTP/1.1\r\n\r\n"),
        Example(
            name: "two lengths", status: 400, problem: "invalid-request",
            request: head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        Example(
            name: "length and chunked", status: 400, problem: "invalid-request",
            request: head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Example(
            name: "folded line", status: 400, problem: "invalid-request", request: head + "A: b\r\n c\r\n\r\n"
        ),
        Example(
            name: "broken chunk", status: 400, problem: "invalid-request",
            request: head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
        Example(
            name: "long body", status: 413, problem: "body-too-large",
            request: head + "Content-Length: 16385\r\n\r\n"),
        Example(
            name: "long chunked body", status: 413, problem: "body-too-large",
            request: head + "Transfer-Encoding: chunked\r\n\r\n4001\r\n"),
        Example(
            name: "long line", status: 414, problem: "uri-too-long",
            request: "GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\n\r\n"),
        Example(
            name: "long fields", status: 431, problem: "headers-too-large",
            request: head + "A: \(String(repeating: "a", count: 17_000))\r\n\r\n"),
        Example(
            name: "many fields", status: 431, problem: "headers-too-large",
            request: head + String(repeating: "A: b\r\n", count: 70) + "\r\n"),
        Example(
            name: "coding", status: 501, problem: "transfer-coding-unknown",
            request: head + "Transfer-Encoding: gzip, chunked\r\n\r\n"),
        Example(
            name: "version", status: 505, problem: "http-version-unsupported",
            request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ]

    @Test(
        "gets a problem whose request id stands in its head too, and reaches no handler", arguments: examples)
    func unreadable(example: Example) async throws {
        try await withServer { server in
            let client = server.connect()
            // The one before it is answered; what is behind it is not heard, valid or not.
            client.send("GET /items/1 HTTP/1.1\r\nHost: a\r\n\r\n" + example.request)
            client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.answer()?.text == "item 1")
            let answer = client.answer()
            #expect(answer?.status == example.status)
            #expect(answer?.problem == example.problem)
            #expect(answer?.requestIDsAgree == true)
            #expect(answer?.header("Connection") == "close")
            #expect(client.wasEnded())
            client.end()
            server.settle()
            #expect(server.journal.all == ["item 1"])
            #expect(server.connectionCount == 0)
            #expect(server.answered("unmatched", method: "", status: example.status) == 1)
        }
    }

    @Test("is read to its end before the connection is cut, so that the refusal is not lost")
    func lingers() async throws {
        try await withServer { server in
            let client = server.connect()
            // Megabytes that are on their way while the answer is: a reset would take the answer along.
            let sent = client.send(
                Self.head + "Content-Length: 4000000\r\n\r\n" + String(repeating: "x", count: 4_000_000))
            #expect(sent)
            #expect(client.answer()?.status == 413)
            #expect(client.wasEnded())
        }
    }

    @Test("for a path or a method that is not served leaves the connection open")
    func unserved() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\nDELETE /both HTTP/1.1\r\nHost: a\r\n\r\n")
            client.send(
                "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET /both HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            let notFound = client.answer()
            #expect(notFound?.status == 404)
            #expect(notFound?.problem == "not-found")
            #expect(notFound?.requestIDsAgree == true)
            let notAllowed = client.answer()
            #expect(notAllowed?.status == 405)
            #expect(notAllowed?.problem == "method-not-allowed")
            #expect(notAllowed?.header("Allow") == "GET, HEAD, PUT")
            #expect(client.answer()?.status == 404)
            #expect(client.answer()?.text == "get")
        }
    }

    @Test("by a handler keeps its problem, at once or after a wait")
    func byHandler() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("GET /refuse-later HTTP/1.1\r\nHost: a\r\n\r\nGET /fail HTTP/1.1\r\nHost: a\r\n\r\n")
            let later = client.answer()
            #expect(later?.problem == "unsupported-media-type")
            #expect(later?.requestIDsAgree == true)
            #expect(client.answer()?.status == 500)
        }
    }

    @Test("an answer whose header would write further headers becomes a 500")
    func headerInjection() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("GET /bad-header HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = client.answer()
            #expect(answer?.status == 500)
            #expect(answer?.problem == "internal")
            #expect(answer?.header("Set-Cookie") == nil)
            #expect(server.logs.lines.contains { $0.contains("control character") })
        }
    }
}

@Suite("A client that waits to be asked for the body", .timeLimit(.minutes(1)))
struct ExpectTests {
    private func post(_ path: String, _ more: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\(more)\r\n\r\n"
    }

    @Test("is asked, and answered after it", arguments: ["Content-Length: 5", "Transfer-Encoding: chunked"])
    func asked(framing: String) async throws {
        try await withServer { server in
            let client = server.connect()
            for _ in 0..<2 {
                client.send(post("/echo", framing))
                #expect(client.take("HTTP/1.1 100 Continue\r\n\r\n"))
                client.send(framing.hasPrefix("C") ? "hello" : "5\r\nhello\r\n0\r\n\r\n")
                #expect(client.answer()?.text == "hello")
            }
        }
    }

    @Test("is not asked when the body is there already, or when it speaks HTTP/1.0")
    func notAsked() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send(post("/echo", "Content-Length: 5") + "hello")
            #expect(client.take("HTTP/1.1 200 OK\r\n"))
            let old = server.connect()
            old.send("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            server.settle()
            #expect(old.isQuiet())
            old.send("hello")
            #expect(old.answer()?.text == "hello")
        }
    }

    @Test(
        "is told at once that nobody wants the body",
        arguments: [
            ("/nothing", "Content-Length: 5", 404), ("/now", "Content-Length: 5", 405),
            ("/echo", "Content-Length: 99999", 413),
            ("/nothing", "Transfer-Encoding: chunked", 404),
        ])
    func refused(path: String, framing: String, status: Int) async throws {
        try await withServer { server in
            let client = server.connect()
            client.send(post(path, framing))
            let answer = client.answer()
            #expect(answer?.status == status)
            #expect(answer?.header("Connection") == "close")
            #expect(answer?.requestIDsAgree == true)
            #expect(client.wasEnded())
        }
    }

    @Test("gets the answers to what it sent before first")
    func afterPipeline() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("GET /items/1 HTTP/1.1\r\nHost: a\r\n\r\n" + post("/echo", "Content-Length: 2"))
            #expect(client.answer()?.text == "item 1")
            #expect(client.take("HTTP/1.1 100 Continue\r\n\r\n"))
            client.send("ok")
            #expect(client.answer()?.text == "ok")
        }
    }
}
