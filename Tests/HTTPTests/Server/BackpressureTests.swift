import EventLoop
import Glibc
import Testing

@testable import HTTP

@Suite("A peer that reads slowly", .timeLimit(.minutes(10)))
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

    @Test("costs the server no input buffer while it is waited for, and the kernel little memory")
    func heldCheaply() async throws {
        try await withServer { server in
            let slow = (0..<20).map { _ in server.connect(receiveBuffer: 1_024) }
            for client in slow { client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(await eventually { server.connectionCount == 20 && server.isHeldUpByPeers })
            let held = server.onServer { server in
                server.connections.map { connection in
                    var unsentBytes: Int32 = 0
                    let failure = ioctl(connection.descriptor, UInt(TIOCOUTQ), &unsentBytes)
                    return (hasInput: connection.input != nil, unsentBytes: failure == 0 ? unsentBytes : .max)
                }
            }
            #expect(held.allSatisfy { !$0.hasInput })
            // 16 KiB and what was cut into packets with them; without a limit it is 55,872 bytes.
            #expect(held.allSatisfy { $0.unsentBytes < 32 * 1_024 })
            for client in slow { #expect(client.answer()?.body.count == 1 << 20) }
        }
    }
}
