import EventLoop
import HTTP
import Testing

@Suite("The deadlines of a connection", .timeLimit(.minutes(10)))
struct DeadlineTests {
    @Test("an idle connection ends without a word, when its time is up and not before")
    func idle() async throws {
        try await withServer { server in
            let fresh = server.connect()
            let used = server.connect()
            used.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(used.answer()?.status == 200)
            server.pass(ms: 74_999)
            #expect(fresh.isQuiet() && used.isQuiet())
            server.pass(ms: 1)
            #expect(fresh.wasEnded() && used.wasEnded())
            #expect(server.connectionCount == 0)
            #expect(server.timeouts("idle") == 2)
        }
    }

    @Test("each request gives the idle time anew")
    func idleAnew() async throws {
        try await withServer { server in
            let client = server.connect()
            for _ in 0..<5 {
                server.pass(ms: 70_000)
                client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.answer()?.status == 200)
            }
        }
    }

    @Test("a head that trickles in ends with a 408 when its time is up, counted from its first byte")
    func head() async throws {
        try await withServer { server in
            let client = server.connect()
            server.pass(ms: 60_000)
            for byte in "GET /now H".utf8 {
                client.send([byte])
                server.pass(ms: 999)
            }
            #expect(client.isQuiet())
            server.pass(ms: 10)
            let answer = client.answer()
            #expect(answer?.status == 408)
            #expect(answer?.problem == "request-timeout")
            #expect(answer?.requestIDsAgree == true)
            #expect(client.wasEnded())
            #expect(server.timeouts("head") == 1)
        }
    }

    @Test("the head of a further request has its time from its own first byte")
    func secondHead() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\nGET /n")
            #expect(client.answer()?.status == 200)
            server.pass(ms: 9_999)
            #expect(client.isQuiet())
            client.send("ow HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.answer()?.status == 200)
            client.send("G")
            server.pass(ms: 9_999)
            #expect(client.isQuiet())
            server.pass(ms: 1)
            #expect(client.answer()?.status == 408)
        }
    }

    @Test(
        "a body that trickles in ends with a 408",
        arguments: [
            ("Content-Length: 100", "x"), ("Transfer-Encoding: chunked", "1\r\nx\r\n"),
        ])
    func body(framing: String, piece: String) async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n")
            for _ in 0..<9 {
                server.pass(ms: 1_000)
                client.send(piece)
            }
            server.pass(ms: 999)
            #expect(client.isQuiet())
            server.pass(ms: 1)
            #expect(client.answer()?.status == 408)
            #expect(client.wasEnded())
            #expect(server.journal.all.isEmpty)
            #expect(server.timeouts("body") == 1)
        }
    }

    @Test("a handler that takes too long is answered for with a 503, and what it says later is dropped")
    func handler() async throws {
        try await withServer { server in
            let client = server.connect()
            let body = String(repeating: "b", count: 3_000)
            client.send(
                "POST /slow-echo/1 HTTP/1.1\r\nHost: a\r\nX-Mark: m\r\nContent-Length: 3000\r\n\r\n\(body)")
            client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { server.gate.waitingCount == 1 })
            server.pass(ms: 4_999)
            #expect(client.isQuiet())
            server.pass(ms: 1)
            let answer = client.answer()
            #expect(answer?.status == 503)
            #expect(answer?.problem == "unavailable")
            #expect(answer?.header("Retry-After") == "1")
            #expect(answer?.requestIDsAgree == true)
            #expect(client.wasEnded())
            client.end()
            server.settle()
            #expect(server.load.requestsInFlight == 1)
            // Other requests do not get the bytes that the handler still reads.
            let other = server.connect()
            for number in 0..<20 {
                other.send(
                    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n\(String(repeating: "c", count: 3_000))"
                )
                #expect(other.answer()?.body.count == 3_000, "\(number)")
            }
            server.gate.open()
            #expect(await eventually { server.load.requestsInFlight == 0 })
            #expect(server.answered("/slow-echo/{n}", method: "POST", status: 503) == 1)
            #expect(server.answered("/slow-echo/{n}", method: "POST") == nil)
            #expect(server.timeouts("handler") == 1)
            #expect(server.journal.all.contains("now") == false)
        }
    }

    @Test("a handler that ends in time takes its deadline with it")
    func handlerInTime() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("GET /wait/1 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { server.gate.waitingCount == 1 })
            server.pass(ms: 4_000)
            server.gate.open()
            #expect(client.answer()?.text == "waited 1")
            server.pass(ms: 60_000)
            client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.answer()?.status == 200)
            #expect(server.timeouts("handler") ?? 0 == 0)
        }
    }

    @Test(
        "a peer that stops reading is cut off when the time to write is up",
        arguments: ["/large", "/large-later"])
    func write(path: String) async throws {
        try await withServer { server in
            let client = server.connect(receiveBuffer: 4_096)
            client.send(String(repeating: "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n", count: 8))
            server.pass(ms: 19_999)
            #expect(server.connectionCount == 1)
            server.pass(ms: 1)
            #expect(server.connectionCount == 0)
            #expect(server.timeouts("write") == 1)
            // The kernel holds nothing more for it either.
            #expect(client.wasReset())
        }
    }

    @Test("a slow reader of small answers, some of them late, is cut off as well")
    func writeBehindHandlers() async throws {
        try await withServer { server in
            let client = server.connect(receiveBuffer: 2_048)
            let get = { (path: String) in "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }
            let round = String(repeating: get("/now"), count: 20) + get("/later/1")
            let sender = Thread(name: "sender") { client.send(String(repeating: round, count: 2_000)) }
            #expect(await eventually { server.isHeldUpByPeers })
            server.pass(ms: 19_999)
            #expect(server.connectionCount == 1)
            server.pass(ms: 1)
            #expect(server.connectionCount == 0)
            #expect(server.timeouts("write") == 1)
            sender.join()
        }
    }

    @Test("a refused peer that neither reads nor ends is cut off after the time to linger")
    func linger() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("nonsense\r\n\r\n")
            #expect(client.answer()?.status == 400)
            #expect(client.wasEnded())
            server.pass(ms: 1_999)
            #expect(server.connectionCount == 1)
            server.pass(ms: 1)
            #expect(server.connectionCount == 0)
            #expect(server.timeouts("linger") == 1)
        }
    }
}
