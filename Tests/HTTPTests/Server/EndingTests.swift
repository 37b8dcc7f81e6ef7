import CLinux
import EventLoop
import Glibc
import HTTP
import Testing

@Suite("The end of a connection", .timeLimit(.minutes(10)))
struct EndingTests {
    @Test(
        "a peer that has ended its half gets its answers, and then the end",
        arguments: [
            "GET /now HTTP/1.1\r\nHost: a\r\n\r\n", "GET /wait/1 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /large HTTP/1.1\r\nHost: a\r\n\r\n",
        ])
    func halfClosed(request: String) async throws {
        try await withServer { server in
            let client = server.connect()
            client.send(request + request)
            client.endSending()
            server.settle()
            server.gate.open()
            #expect(client.answer()?.status == 200)
            #expect(client.answer()?.status == 200)
            #expect(client.wasEnded())
            #expect(await eventually { server.connectionCount == 0 })
        }
    }

    @Test(
        "a peer that ends in the middle of a request ends the connection",
        arguments: [
            "", "G", "GET /now HTTP/1.1\r\nHost: a\r\n",
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
        ])
    func cutShort(part: String) async throws {
        try await withServer { server in
            let client = server.connect()
            client.send(part)
            client.endSending()
            #expect(client.rest().isEmpty)
            #expect(await eventually { server.connectionCount == 0 })
            #expect(server.journal.all.isEmpty)
        }
    }

    @Test("a reset in the middle of a handler ends the connection, and the handler ends in peace")
    func reset() async throws {
        try await withServer { server in
            for begun in 1...10 {
                let client = server.connect()
                client.send("POST /slow-echo/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
                #expect(await eventually { server.gate.waitingCount == begun })
                client.reset()
            }
            #expect(await eventually { server.connectionCount == 0 })
            #expect(server.load.requestsInFlight == 10)
            let other = server.connect()
            other.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(other.answer()?.status == 200)
            server.gate.open()
            #expect(await eventually { server.load.requestsInFlight == 0 })
            other.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(other.answer()?.status == 200)
        }
    }

    @Test("a server may go while a handler still runs")
    func serverGoesFirst() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("POST /slow-echo/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
            #expect(await eventually { server.gate.waitingCount == 1 })
            server.endWhileHandlersRun()
            #expect(client.wasEnded())
            server.gate.open()
            #expect(await eventually { server.load.requestsInFlight == 0 })
        }
    }
}

@Suite("A server that drains", .timeLimit(.minutes(10)))
struct DrainTests {
    @Test("ends idle connections, takes no new ones, and finishes what has begun")
    func drain() async throws {
        try await withServer { server in
            let idle = server.connect()
            idle.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(idle.answer()?.status == 200)
            let busy = server.connect()
            busy.send("GET /wait/1 HTTP/1.1\r\nHost: a\r\n\r\n")
            let half = server.connect()
            half.send("GET /items/2 HTT")
            #expect(await eventually { server.gate.waitingCount == 1 })
            server.settle()
            server.drain()
            #expect(idle.wasEnded())
            #expect(!server.connect().isConnected)
            #expect(server.connectionCount == 2)
            #expect(!server.journal.all.contains("drained"))
            half.send("P/1.1\r\nHost: a\r\n\r\n")
            let second = half.answer()
            #expect(second?.text == "item 2")
            #expect(second?.header("Connection") == "close")
            #expect(half.wasEnded())
            server.gate.open()
            let first = busy.answer()
            #expect(first?.text == "waited 1")
            #expect(first?.header("Connection") == "close")
            #expect(busy.wasEnded())
            for client in [busy, half] { client.end() }
            #expect(await eventually { server.journal.all.contains("drained") })
            #expect(server.connectionCount == 0)
        }
    }

    @Test("with nothing to do is done at once")
    func nothing() async throws {
        try await withServer { server in
            server.drain()
            #expect(server.journal.all == ["drained"])
        }
    }

    @Test("answers a request that was sent before it began, though it was not read yet")
    func unread() async throws {
        try await withServer { server in
            let clients = (0..<10).map { _ in server.connect() }
            server.settle()
            // One closure on the loop: the requests arrive while it cannot look, and then it drains.
            let journal = server.journal
            server.onServer { server in
                for client in clients { client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n") }
                server.drain { journal.add("drained") }
            }
            for client in clients {
                let answer = client.answer()
                #expect(answer?.text == "now")
                #expect(answer?.header("Connection") == "close")
                #expect(client.wasEnded())
                client.end()
            }
            #expect(await eventually { server.journal.all.contains("drained") })
        }
    }

    @Test("a peer that does not go after its last answer is cut off")
    func stubborn() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("GET /wait/1 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { server.gate.waitingCount == 1 })
            server.drain()
            server.gate.open()
            #expect(client.answer()?.text == "waited 1")
            #expect(client.wasEnded())
            server.pass(ms: 2_000)
            #expect(server.journal.all.contains("drained"))
        }
    }

    /// In a process of its own, so that no other test opens descriptors meanwhile.
    @Test("and all the rest: at the end every descriptor is closed")
    func descriptors() async {
        await #expect(processExitsWith: .success) {
            func openDescriptors() -> Int { (0..<1_024).count { fcntl(Int32($0), F_GETFD) != -1 } }
            func serveAndEnd() async throws {
                try await withServer({ $0.maxConnections = 30 }) { server in
                    var clients = (0..<50).map { _ in server.connect() }
                    for (index, client) in clients.enumerated() {
                        switch index % 5 {
                        case 0: client.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
                        case 1: client.send("GET /wait/1 HTTP/1.1\r\nHost: a\r\n\r\n")
                        case 2: client.send("nonsense\r\n\r\n")
                        case 3: client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
                        default: client.send("GET /n")
                        }
                    }
                    server.settle()
                    for client in clients.prefix(20) { client.reset() }
                    server.settle()
                    clients = []
                }
            }
            // The runtime opens some of its own at its first sleep and at its first thread.
            try await Task.sleep(for: .milliseconds(1))
            try await serveAndEnd()
            let before = openDescriptors()
            for _ in 0..<3 { try await serveAndEnd() }
            // What a thread of the runtime still holds is let go a moment later.
            guard await eventually({ openDescriptors() <= before }) else { exit(7) }
        }
    }
}
