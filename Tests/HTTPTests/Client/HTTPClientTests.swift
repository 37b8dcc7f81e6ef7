import EventLoop
import HTTP
import Telemetry
import Testing

private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

@Suite("A client", .timeLimit(.minutes(1)))
struct HTTPClientTests {
    @Test("sends one request after the other over one connection")
    func keepAlive() async throws {
        try await withClient { client, peer in
            var connection: RawClient?
            for number in 0..<20 {
                let answer = client.get("/\(number)?q=a%20b")
                if connection == nil { connection = peer.accept() }
                let request = connection?.request()
                #expect(request == "GET /\(number)?q=a%20b HTTP/1.1\r\nHost: \(peer.address)\r\n\r\n")
                connection?.send(ok)
                #expect(await answer.value.text == "ok")
            }
            #expect(client.openConnections == 1)
            #expect(!peer.hasCaller())
        }
    }

    @Test("sends method, headers, body and trace as they were given")
    func encoding() async throws {
        try await withClient { client, peer in
            let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            var request = ClientRequest(
                .post, "/p", headers: [("X-A", "b c"), ("Empty", "")], body: Array("body".utf8))
            request.trace = Array(text.utf8).withUnsafeBytes { TraceContext(parsing: $0) }
            let answer = client.begin(request)
            let connection = peer.accept()
            #expect(
                connection.request()
                    == "POST /p HTTP/1.1\r\nHost: \(peer.address)\r\ntraceparent: \(text)\r\nX-A: b c\r\nEmpty: \r\nContent-Length: 4\r\n\r\nbody"
            )
            connection.send(
                "HTTP/1.1 201 Created\r\nLocation: /p/1\r\nX: 1\r\nx: 2\r\nContent-Length: 0\r\n\r\n")
            let response = try await answer.value.get()
            #expect(response.status == 201)
            #expect(response.header("LOCATION") == "/p/1")
            #expect(response.header("x") == "1")
            let empty = client.begin(ClientRequest(.post, "/empty"))
            #expect(connection.request()?.contains("Content-Length: 0\r\n") == true)
            connection.send(ok)
            #expect(await empty.value.status == 200)
        }
    }

    @Test(
        "refuses to send what would end a line early",
        arguments: [
            ClientRequest(.get, ""), ClientRequest(.get, "/a b"), ClientRequest(.get, "/a\r\nX: y"),
            ClientRequest(.get, "/é"),
            ClientRequest(.get, "/", headers: [("X", "a\r\nY: b")]),
            ClientRequest(.get, "/", headers: [("X Y", "a")]),
            ClientRequest(.get, "/", headers: [("", "a")]), ClientRequest(.get, "/", headers: [("X:", "a")]),
            ClientRequest(.get, "/", headers: [("X", "a\u{0}")]),
        ])
    func injection(request: ClientRequest) async throws {
        try await withClient { client, peer in
            #expect(await client.begin(request).value.errorCode == .invalidRequest)
            #expect(!peer.hasCaller())
        }
    }

    @Test(
        "reads answers sized, in chunks, to the end, without a body, and behind interim ones",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: u\r\n\r\n",
                false
            ),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                false
            ),
            ("HTTP/1.1 200 OK\r\n\r\nhello", true), ("HTTP/1.0 200 OK\r\n\r\nhello", true),
            ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", true),
        ])
    func answers(text: String, closes: Bool) async throws {
        for byteByByte in [false, true] {
            try await withClient { client, peer in
                let answer = client.get()
                let connection = peer.accept()
                _ = connection.request()
                if byteByByte { connection.sendByteByByte(text) } else { connection.send(text) }
                if closes { connection.end() }
                #expect(await answer.value.text == "hello")
                client.settle()
                #expect(client.openConnections == (closes ? 0 : 1))
            }
        }
    }

    @Test("the answer to HEAD has no body, and the connection stays in step")
    func head() async throws {
        try await withClient { client, peer in
            let head = client.begin(ClientRequest(.head, "/"))
            let connection = peer.accept()
            #expect(connection.request()?.hasPrefix("HEAD / ") == true)
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n")
            let response = try await head.value.get()
            #expect(response.body.isEmpty)
            #expect(response.header("Content-Length") == "600")
            let next = client.get()
            #expect(connection.request() != nil)
            connection.send(ok)
            #expect(await next.value.text == "ok")
        }
    }

    @Test("large bodies pass whole in both directions, and in tiny chunks")
    func large() async throws {
        try await withClient { client, peer in
            let body = String(repeating: "0123456789", count: 300_000)
            let answer = client.begin(ClientRequest(.put, "/", body: Array(body.utf8)))
            let connection = peer.accept()
            #expect(connection.request()?.hasSuffix(body) == true)
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            #expect(await answer.value.text == body)
            let second = client.get()
            _ = connection.request()
            let chunks = String(repeating: "1;padding=\"padding\"\r\nx\r\n", count: 20_000)
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n")
            #expect(await second.value.text == String(repeating: "x", count: 20_000))
        }
    }

    @Test(
        "an answer that is no HTTP, or too large, is an error and ends the connection",
        arguments: [
            "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/2 200\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
            "HTTP/1.1 101 Switching\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        ])
    func badAnswers(text: String) async throws {
        try await withClient({ $0.maxBodyBytes = 1_000 }) { client, peer in
            let answer = client.get()
            let connection = peer.accept()
            _ = connection.request()
            connection.send(text)
            #expect(await answer.value.errorCode == .badAnswer)
            #expect(client.openConnections == 0)
        }
    }

    @Test(
        "an answer that is cut short is a lost connection, by an end or by a reset",
        arguments: [
            "H", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
        ], [false, true])
    func cutShort(text: String, resets: Bool) async throws {
        try await withClient { client, peer in
            let answer = client.get()
            let connection = peer.accept()
            _ = connection.request()
            connection.send(text)
            client.settle()
            if resets { connection.reset() } else { connection.end() }
            #expect(await answer.value.errorCode == .connectionLost)
        }
    }

    @Test("a body to the end of the connection is not complete when the connection is reset")
    func resetIsNoEnd() async throws {
        try await withClient { client, peer in
            let answer = client.get()
            let connection = peer.accept()
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\n\r\nhalf of it")
            client.settle()
            connection.reset()
            #expect(await answer.value.errorCode == .connectionLost)
        }
    }

    @Test("bytes that answer nothing end the connection, and the next request has a new one")
    func unasked() async throws {
        try await withClient { client, peer in
            let answer = client.get()
            let connection = peer.accept()
            _ = connection.request()
            connection.send(ok + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")
            #expect(await answer.value.text == "ok")
            let second = client.get()
            let fresh = peer.accept()
            _ = fresh.request()
            fresh.send(ok)
            #expect(await second.value.text == "ok")
            client.settle()
            fresh.send(ok)
            client.settle()
            #expect(client.openConnections == 0)
        }
    }

    @Test("an answer that comes before the request is out is taken, and ends the connection")
    func earlyAnswer() async throws {
        try await withClient { client, peer in
            let answer = client.begin(
                ClientRequest(.post, "/", body: [UInt8](repeating: 1, count: 30_000_000)))
            let connection = peer.accept()
            connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
            #expect(await answer.value.status == 413)
            client.settle()
            #expect(client.openConnections == 0)
        }
    }
}

@Suite("A client's connections", .timeLimit(.minutes(1)))
struct HTTPClientPoolTests {
    @Test("are at most as many as allowed; further requests wait in line, and beyond it are refused")
    func limits() async throws {
        try await withClient({
            $0.maxConnections = 2
            $0.maxWaiting = 3
        }) { client, peer in
            let running = [client.get("/1"), client.get("/2")]
            let connections = [peer.accept(), peer.accept()]
            for connection in connections { #expect(connection.request() != nil) }
            let waiting = (0..<3).map { number in
                defer { client.settle() }
                return client.get("/w\(number)")
            }
            #expect(client.waitingRequests == 3)
            #expect(await client.get("/more").value.errorCode == .queueFull)
            #expect(client.openConnections == 2)
            connections[0].send(ok)
            for number in 0..<3 {
                #expect(connections[0].request()?.hasPrefix("GET /w\(number) ") == true)
                connections[0].send(ok)
                #expect(await waiting[number].value.text == "ok")
            }
            connections[1].send(ok)
            for task in running { #expect(await task.value.text == "ok") }
            #expect(client.openConnections == 2)
            #expect(!peer.hasCaller())
        }
    }

    @Test("a request in line gives up at its deadline, though no connection moves")
    func waitingDeadline() async throws {
        try await withClient({ $0.maxConnections = 1 }) { client, peer in
            let running = client.get("/running")
            let connection = peer.accept()
            _ = connection.request()
            var hasty = ClientRequest(.get, "/hasty")
            hasty.timeoutMs = 500
            let first = client.begin(hasty)
            client.settle()
            let second = client.get("/patient")
            client.settle()
            client.pass(ms: 499)
            #expect(client.waitingRequests == 2)
            client.pass(ms: 1)
            #expect(await first.value.errorCode == .timedOut)
            #expect(client.waitingRequests == 1)
            connection.send(ok)
            #expect(await running.value.text == "ok")
            #expect(connection.request()?.hasPrefix("GET /patient ") == true)
            connection.send(ok)
            #expect(await second.value.text == "ok")
        }
    }

    @Test("a request without an answer ends at its deadline, and its connection with it")
    func answerDeadline() async throws {
        try await withClient { client, peer in
            let answer = client.get()
            let connection = peer.accept()
            _ = connection.request()
            client.pass(ms: 9_000)
            // Some bytes do not buy more time.
            connection.send("HTTP/1.1 200 OK\r\n")
            client.pass(ms: 999)
            #expect(client.openConnections == 1)
            client.pass(ms: 1)
            #expect(await answer.value.errorCode == .timedOut)
            #expect(client.openConnections == 0)
            #expect(connection.wasEnded())
        }
    }

    @Test("a connection that is not accepted in time is an error")
    func connectDeadline() async throws {
        let clock = ManualLoopClock()
        let thread = LoopThread(name: "test-client", clock: .manual(clock))
        let loop = thread.loop
        // Reserved for documentation: nobody answers there, and without a route the kernel says so at once.
        let address = SocketAddress(host: "192.0.2.1", port: 80)!
        let bound = loop.runAndWait { LoopBound(HTTPClient(loop: loop, address: address), on: loop) }
        let client = TestClient(loop: loop, clock: clock, client: bound)
        let answer = client.get()
        client.pass(ms: 2_000)
        #expect(await answer.value.errorCode == .cannotConnect)
        loop.runAndWait { bound.value.close() }
        thread.stopAndJoin()
    }

    @Test("a peer that listens no more is an error at once")
    func refused() async throws {
        try await withClient { client, _ in
            let other = try TestPeer()
            let address = other.address
            withExtendedLifetime(consume other) {}
            let answer = client.loop.runAndWait { () -> LoopBound<HTTPClient> in
                LoopBound(HTTPClient(loop: client.loop, address: address), on: client.loop)
            }
            let alone = TestClient(loop: client.loop, clock: client.clock, client: answer)
            #expect(await alone.get().value.errorCode == .cannotConnect)
            client.loop.runAndWait { answer.value.close() }
        }
    }

    @Test("an idle connection ends after its time")
    func idle() async throws {
        try await withClient { client, peer in
            let answer = client.get()
            let connection = peer.accept()
            _ = connection.request()
            connection.send(ok)
            #expect(await answer.value.text == "ok")
            client.pass(ms: 29_999)
            #expect(client.openConnections == 1)
            client.pass(ms: 1)
            #expect(client.openConnections == 0)
            #expect(connection.wasEnded())
        }
    }

    @Test("an idle connection that the peer ends is let go")
    func peerEnds() async throws {
        try await withClient { client, peer in
            let answer = client.get()
            let connection = peer.accept()
            _ = connection.request()
            connection.send(ok)
            #expect(await answer.value.text == "ok")
            connection.end()
            #expect(await eventually { client.openConnections == 0 })
        }
    }

    /// A kept connection that dies with a request on it.
    private func lose(
        _ request: ClientRequest,
        _ body: (TestClient, TestPeer, Task<Result<ClientResponse, HTTPClientError>, Never>) async -> Void
    ) async throws {
        try await withClient { client, peer in
            let first = client.get()
            let connection = peer.accept()
            _ = connection.request()
            connection.send(ok)
            #expect(await first.value.text == "ok")
            let answer = client.begin(request)
            #expect(connection.request() != nil)
            connection.end()
            await body(client, peer, answer)
        }
    }

    @Test(
        "a repeatable request on a kept connection that turns out dead is sent again, once",
        arguments: [
            HTTP.Method.get, .head, .put, .delete, .options,
        ])
    func retried(method: HTTP.Method) async throws {
        try await lose(ClientRequest(method, "/again")) { _, peer, answer in
            let fresh = peer.accept()
            #expect(fresh.request()?.hasPrefix("\(method.name) /again ") == true)
            fresh.send("HTTP/1.1 204 No Content\r\n\r\n")
            #expect(await answer.value.status == 204)
        }
        try await lose(ClientRequest(method, "/again")) { _, peer, answer in
            let fresh = peer.accept()
            #expect(fresh.request() != nil)
            fresh.end()
            #expect(await answer.value.errorCode == .connectionLost)
            #expect(!peer.hasCaller())
        }
    }

    @Test("a POST or PATCH is never sent twice", arguments: [HTTP.Method.post, .patch])
    func notRetried(method: HTTP.Method) async throws {
        try await lose(ClientRequest(method, "/once", body: [1])) { client, peer, answer in
            #expect(await answer.value.errorCode == .connectionLost)
            client.settle()
            #expect(!peer.hasCaller())
        }
    }

    @Test("nothing is sent again on a new connection, or once an answer has begun")
    func noRetry() async throws {
        try await withClient { client, peer in
            let answer = client.get()
            let connection = peer.accept()
            _ = connection.request()
            connection.end()
            #expect(await answer.value.errorCode == .connectionLost)
            #expect(!peer.hasCaller())
        }
        try await withClient { client, peer in
            let first = client.get()
            let connection = peer.accept()
            _ = connection.request()
            connection.send(ok)
            #expect(await first.value.text == "ok")
            let second = client.get()
            _ = connection.request()
            connection.send("HTTP/1.1 2")
            connection.end()
            #expect(await second.value.errorCode == .connectionLost)
            client.settle()
            #expect(!peer.hasCaller())
        }
    }

    @Test("after a restart of the peer every kept connection is dead, and no request is lost")
    func restart() async throws {
        try await withClient({ $0.maxConnections = 8 }) { client, peer in
            let first = (0..<8).map { client.get("/\($0)") }
            let connections = first.map { _ in peer.accept() }
            for connection in connections {
                _ = connection.request()
                connection.send(ok)
            }
            for task in first { #expect(await task.value.text == "ok") }
            // The loop is kept from seeing the ends until the next requests are on their way.
            let second = client.loop.runAndWait {
                () -> [Task<Result<ClientResponse, HTTPClientError>, Never>] in
                for connection in connections { connection.end() }
                return (0..<8).map { client.get("/again/\($0)") }
            }
            for _ in 0..<8 {
                let fresh = peer.accept()
                #expect(fresh.request()?.hasPrefix("GET /again/") == true)
                fresh.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            }
            for task in second { #expect(await task.value.text == "ok") }
        }
    }

    @Test("a peer that answers and ends before it was asked is heard")
    func answersAtOnce() async throws {
        try await withClient { client, peer in
            let answer = client.get()
            let connection = peer.accept()
            connection.send(
                "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            connection.endSending()
            #expect(await answer.value.status == 503)
        }
    }

    @Test("when the client is closed, what runs and what waits fails, and what comes is refused")
    func closing() async throws {
        try await withClient({ $0.maxConnections = 1 }) { client, peer in
            let running = client.get("/1")
            let connection = peer.accept()
            _ = connection.request()
            let waiting = client.get("/2")
            client.settle()
            client.loop.runAndWait { client.client.value.close() }
            #expect(await running.value.errorCode == .closed)
            #expect(await waiting.value.errorCode == .closed)
            #expect(await client.get("/3").value.errorCode == .closed)
            #expect(client.openConnections == 0)
            #expect(connection.wasEnded())
        }
    }

    @Test("hundreds of requests at once over a few connections all get their own answer from a real server")
    func manyToServer() async throws {
        try await withServer { server in
            server.gate.open()
            var settings = ClientSettings()
            settings.maxConnections = 8
            let loop = server.loop
            let address = SocketAddress(host: "127.0.0.1", port: server.port)!
            let bound = loop.runAndWait { [settings] in
                LoopBound(HTTPClient(loop: loop, address: address, settings: settings), on: loop)
            }
            let client = TestClient(loop: loop, clock: server.clock, client: bound)
            let paths = (0..<600).map { $0 % 2 == 0 ? "/items/\($0)" : "/later/\($0)" }
            let tasks = paths.map { client.get($0) }
            for (path, task) in zip(paths, tasks) {
                let number = path.split(separator: "/").last ?? ""
                let word = path.hasPrefix("/items") ? "item" : "later"
                #expect(await task.value.text == "\(word) \(number)")
            }
            loop.runAndWait { bound.value.close() }
        }
    }
}
