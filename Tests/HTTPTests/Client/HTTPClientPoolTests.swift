import EventLoop
import HTTP
import Telemetry
import Testing

@Suite("A client's connections", .timeLimit(.minutes(10)))
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
