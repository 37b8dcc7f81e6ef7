import HTTP
import Testing

@Suite("A connection", .timeLimit(.minutes(1)))
struct KeepAliveTests {
    @Test("serves one request after the other, each with an id of its own")
    func keepAlive() async throws {
        try await withServer { server in
            let client = server.connect()
            var ids: Set<String> = []
            for number in 0..<50 {
                client.send("GET /items/\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = client.answer()
                #expect(answer?.text == "item \(number)")
                #expect(answer?.header("Connection") == nil)
                #expect(answer?.header("Date")?.hasSuffix(" GMT") == true)
                ids.insert(answer?.header("Request-Id") ?? "")
            }
            #expect(ids.count == 50)
            #expect(server.connectionCount == 1)
        }
    }

    @Test(
        "ends after the answer when the request says so, or is HTTP/1.0",
        arguments: [
            "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /now HTTP/1.0\r\n\r\n",
            "GET /wait/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        ])
    func closes(request: String) async throws {
        try await withServer { server in
            server.gate.open()
            let client = server.connect()
            client.send(request)
            let answer = client.answer()
            #expect(answer?.status == 200)
            #expect(answer?.header("Connection") == "close")
            #expect(client.wasEnded())
            server.settle()
            #expect(server.connectionCount == 0)
        }
    }

    @Test("takes a request byte by byte", arguments: ["/echo", "/slow-echo/1"])
    func byteByByte(path: String) async throws {
        try await withServer { server in
            server.gate.open()
            let client = server.connect()
            client.sendByteByByte("POST \(path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.sendByteByByte("5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n")
            #expect(client.answer()?.text.contains("hello world") == true)
        }
    }

    @Test("answers HEAD with the head of GET and no body")
    func head() async throws {
        try await withServer { server in
            let client = server.connect()
            for path in ["/now", "/ready", "/large", "/large-later"] {
                client.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                let head = client.answer(toHead: true)
                #expect(head?.status == 200)
                #expect(Int(head?.header("Content-Length") ?? "") ?? 0 > 2)
            }
            client.send("HEAD /nothing HTTP/1.1\r\nHost: a\r\n\r\nGET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.answer(toHead: true)?.status == 404)
            #expect(client.answer()?.text == "now")
        }
    }

    @Test("an answer without a body has neither body nor length")
    func noContent() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("GET /empty HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = client.answer()
            #expect(answer?.status == 204)
            #expect(answer?.header("Content-Length") == nil)
        }
    }

    @Test("a ready answer has the fields that any answer has")
    func ready() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("GET /ready HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = client.answer()
            #expect(answer?.text == "ready")
            #expect(
                answer?.headers.map(\.name).sorted() == [
                    "Content-Length", "Content-Type", "Date", "Request-Id", "X-Kind",
                ])
        }
    }

    @Test(
        "bodies up to the limit pass whole, sized and chunked",
        arguments: [0, 1, 4_095, 4_096, 10_000, 16_384])
    func bodies(size: Int) async throws {
        try await withServer { server in
            let body = String((0..<size).map { Character(UnicodeScalar(UInt8(97 + $0 % 26))) })
            let client = server.connect()
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n\(body)")
            #expect(client.answer()?.text == body)
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            var rest = Substring(body)
            while !rest.isEmpty {
                let piece = rest.prefix(1_000)
                rest = rest.dropFirst(1_000)
                client.send("\(String(piece.count, radix: 16))\r\n\(piece)\r\n")
            }
            client.send("0\r\n\r\n")
            #expect(client.answer()?.text == body)
        }
    }

    @Test("a request at every limit at once is served: line, fields, chunked body and trailers")
    func largest() async throws {
        try await withServer { server in
            let client = server.connect()
            let query = String(repeating: "q", count: 8_192 - "POST /echo? HTTP/1.1\r\n".utf8.count)
            let field = String(repeating: "f", count: 16_384 - 2 - 9 - 28 - "A: \r\n".utf8.count)
            let body = String(repeating: "b", count: 8_192)
            let trailer = String(repeating: "t", count: 16_384 - 2 - "T: \r\n".utf8.count)
            client.send(
                "\r\nPOST /echo?\(query) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nA: \(field)\r\n\r\n"
            )
            client.send("2000\r\n\(body)\r\n2000\r\n\(body)\r\n0\r\nT: \(trailer)\r\n\r\n")
            #expect(client.answer()?.text == body + body)
        }
    }
}
