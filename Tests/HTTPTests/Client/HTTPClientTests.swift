import EventLoop
import HTTP
import Telemetry
import Testing

/// An answer of two bytes; the tests of the pool use it too.
let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

@Suite("A client", .timeLimit(.minutes(10)))
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
