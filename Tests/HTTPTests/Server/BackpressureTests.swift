import HTTP
import Testing

@Suite("A peer that reads slowly", .timeLimit(.minutes(1)))
struct BackpressureTests {
    @Test("gets large bodies whole, however small its buffer", arguments: ["/large", "/large-later"])
    func whole(path: String) async throws {
        try await withServer { server in
            let client = server.connect(receiveBuffer: 2_048)
            for _ in 0..<3 {
                client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.answer()?.body == TestServer.largeBody)
            }
        }
    }

    @Test("does not hold up others")
    func others() async throws {
        try await withServer { server in
            let slow = (0..<20).map { _ in server.connect(receiveBuffer: 2_048) }
            for client in slow {
                client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: 4))
            }
            server.settle()
            let quick = server.connect()
            for _ in 0..<100 {
                quick.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(quick.answer()?.status == 200)
            }
            for client in slow { for _ in 0..<4 { #expect(client.answer()?.body.count == 1 << 20) } }
        }
    }

    @Test("is not read from while its answers wait, so that it cannot make the server hold more and more")
    func notRead() async throws {
        try await withServer { server in
            let client = server.connect(receiveBuffer: 2_048)
            client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: 50))
            server.settle()
            #expect(server.answered("/large") ?? 0 <= 8)
            for _ in 0..<50 { #expect(client.answer()?.body.count == 1 << 20) }
        }
    }
}
