import EventLoop
import HTTP
import Testing

@Suite("Requests sent without waiting", .timeLimit(.minutes(10)))
struct PipeliningTests {
    private func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }

    @Test("are answered in their order, those that wait between those that do not")
    func order() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send(
                ["/items/1", "/wait/2", "/items/3", "/wait/4", "/ready", "/items/6"].map(get).joined())
            #expect(client.answer()?.text == "item 1")
            #expect(await eventually { server.gate.waitingCount == 1 })
            // Nothing behind a request that waits has begun.
            #expect(server.journal.all == ["item 1", "begun 2"])
            #expect(client.isQuiet())
            server.gate.open()
            let rest = (0..<5).map { _ in client.answer()?.text ?? "" }
            #expect(rest == ["waited 2", "item 3", "waited 4", "ready", "item 6"])
            #expect(
                server.journal.all == [
                    "item 1", "begun 2", "ended 2", "item 3", "begun 4", "ended 4", "item 6",
                ])
        }
    }

    @Test("many in one packet are all answered", arguments: ["/now", "/ready", "/large-later"])
    func many(path: String) async throws {
        let count = path == "/large-later" ? 20 : 2_000
        try await withServer { server in
            let client = server.connect()
            let requests = String(repeating: get(path), count: count)
            #expect(client.send(requests))
            for _ in 0..<count { #expect(client.answer()?.status == 200) }
            #expect(
                server.answered(path) == count)
        }
    }

    @Test(
        "mixed with bodies, in pieces of any size, come out the same", arguments: [1, 7, 100, 1_000, 5_000])
    func pieces(size: Int) async throws {
        try await withServer { server in
            server.gate.open()
            let client = server.connect()
            var requests = ""
            var expected: [String] = []
            for number in 0..<40 {
                let body = String(repeating: "\(number % 10)", count: number * 13)
                switch number % 4 {
                case 0:
                    requests += get("/items/\(number)")
                    expected.append("item \(number)")
                case 1:
                    requests +=
                        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    expected.append(body)
                case 2:
                    requests += get("/wait/\(number)")
                    expected.append("waited \(number)")
                default:
                    let chunk = "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
                    requests += "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)"
                    expected.append(body)
                }
            }
            let bytes = Array(requests.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                client.send(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            for text in expected { #expect(client.answer()?.text == text) }
        }
    }

    @Test("while a handler waits, what arrives leaves its request's bytes alone")
    func staleBuffer() async throws {
        try await withServer { server in
            let client = server.connect()
            let body = String(repeating: "x", count: 3_000)
            client.send(
                "POST /slow-echo/first HTTP/1.1\r\nHost: a\r\nX-Mark: m1\r\nContent-Length: 3000\r\n\r\n\(body)"
            )
            #expect(await eventually { server.gate.waitingCount == 1 })
            // Far more than the buffer holds, so that it would have to move or grow.
            client.send(
                String(
                    repeating:
                        "POST /slow-echo/second HTTP/1.1\r\nHost: a\r\nX-Mark: m2\r\nContent-Length: 5\r\n\r\nother",
                    count: 500))
            server.settle()
            server.gate.open()
            let line = "/slow-echo/first first m1 \(body)"
            #expect(client.answer()?.text == "\(line)\n\(line)")
            let second = "/slow-echo/second second m2 other"
            for _ in 0..<500 { #expect(client.answer()?.text == "\(second)\n\(second)") }
        }
    }

    @Test("a slow reader gets the answers in order though a handler waits meanwhile")
    func orderUnderBackpressure() async throws {
        try await withServer { server in
            let client = server.connect(receiveBuffer: 4_096)
            // The first answer fills the kernel's buffers many times over; then one that waits.
            client.send(
                get("/large") + get("/items/1") + get("/wait/2") + get("/large-later") + get("/items/3"))
            server.settle()
            server.gate.open()
            #expect(client.answer()?.body == TestServer.largeBody)
            #expect(client.answer()?.text == "item 1")
            #expect(client.answer()?.text == "waited 2")
            #expect(client.answer()?.body == TestServer.largeBody)
            #expect(client.answer()?.text == "item 3")
        }
    }

    /// Each time a handler begins to wait, the answers before it are sent; once they fill the kernel's buffers, the
    /// handler's answer has to queue up behind what is left of them.
    @Test("the answer of a handler does not overtake small answers that still wait to be sent")
    func smallAnswersBeforeAHandler() async throws {
        try await withServer { server in
            let client = server.connect(receiveBuffer: 2_048)
            let rounds = 1_000
            let requests = (0..<rounds).map { round in
                String(repeating: get("/items/\(round)"), count: 20) + get("/later/\(round)")
            }
            let sender = Thread(name: "sender") { client.send(requests.joined()) }
            #expect(await eventually { server.isHeldUpByPeers })
            var wrong = 0
            for round in 0..<rounds {
                for _ in 0..<20 where client.answer()?.text != "item \(round)" { wrong += 1 }
                if client.answer()?.text != "later \(round)" { wrong += 1 }
                guard wrong == 0 else { break }
            }
            #expect(wrong == 0)
            sender.join()
        }
    }
}
