import HTTP
import Testing

@Suite("The limits of a server", .timeLimit(.minutes(1)))
struct LimitTests {
    @Test("one connection more is told so and ends, and a place that becomes free is given again")
    func connections() async throws {
        try await withServer({ $0.maxConnections = 3 }) { server in
            let clients = (0..<3).map { _ in server.connect() }
            server.settle()
            let fourth = server.connect()
            fourth.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = fourth.answer()
            #expect(answer?.status == 503)
            #expect(answer?.problem == "overloaded")
            #expect(answer?.header("Retry-After") == "1")
            #expect(answer?.requestIDsAgree == true)
            #expect(fourth.wasEnded())
            #expect(server.metric("ticket_http_connections_refused_total") == 1)
            #expect(server.load.connections == 3)
            for client in clients {
                client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.answer()?.status == 200)
            }
            clients[0].end()
            #expect(await eventually { server.load.connections == 2 })
            let fifth = server.connect()
            fifth.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(fifth.answer()?.status == 200)
            #expect(server.journal.all == ["now", "now", "now", "now"])
        }
    }

    @Test("a flood of connections beyond the limit is shaken off, and the server goes on")
    func flood() async throws {
        try await withServer({ $0.maxConnections = 2 }) { server in
            let kept = server.connect()
            let other = server.connect()
            server.settle()
            let flood = (0..<200).map { _ in server.connect() }
            server.settle()
            #expect(server.connectionCount <= 2 + 64)
            kept.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(kept.answer()?.status == 200)
            for client in flood { client.end() }
            #expect(await eventually { server.connectionCount == 2 })
            withExtendedLifetime(other) {}
        }
    }

    @Test("one request in flight more is told to come again, its connection stays, and later it is served")
    func inFlight() async throws {
        try await withServer({ $0.maxRequestsInFlight = 2 }) { server in
            let clients = (0..<3).map { _ in server.connect() }
            for client in clients.prefix(2) { client.send("GET /wait/1 HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(await eventually { server.gate.waitingCount == 2 })
            clients[2].send("GET /wait/2 HTTP/1.1\r\nHost: a\r\n\r\n")
            let refused = clients[2].answer()
            #expect(refused?.status == 503)
            #expect(refused?.problem == "overloaded")
            #expect(refused?.header("Retry-After") == "1")
            #expect(refused?.header("Connection") == nil)
            // What needs no handler that waits is still answered.
            clients[2].send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(clients[2].answer()?.status == 200)
            #expect(server.metric("ticket_http_overloaded_total") == 1)
            server.gate.open()
            for client in clients.prefix(2) { #expect(client.answer()?.text == "waited 1") }
            clients[2].send("GET /wait/3 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(clients[2].answer()?.text == "waited 3")
            #expect(server.load.requestsInFlight == 0)
        }
    }
}
