import EventLoop
import Glibc
import Synchronization

/// An HTTP server that answers as its script says, request by request, byte by byte.
final class ScriptedServer: Sendable {
    struct Reply: Sendable {
        var bytes: [UInt8] = []
        var delayMs: UInt32 = 0
        var closes = false

        /// A whole answer.
        static func answer(
            _ status: Int = 200, _ body: String = "{}", type: String = "application/x-amz-json-1.0",
            headers: [String] = []
        ) -> Reply {
            let fields = (["Content-Type: \(type)", "Content-Length: \(body.utf8.count)"] + headers)
                .joined(separator: "\r\n")
            return Reply(bytes: Array("HTTP/1.1 \(status) X\r\n\(fields)\r\n\r\n\(body)".utf8))
        }

        static func refusal(_ type: String, _ status: Int = 400, message: String = "no") -> Reply {
            answer(
                status, #"{"__type":"com.amazonaws.x#\#(type)","message":"\#(message)"}"#,
                headers: ["x-amzn-RequestId: REQ-1"])
        }

        /// Bytes as they are, then the end of the connection.
        static func raw(_ text: String) -> Reply { Reply(bytes: Array(text.utf8), closes: true) }
        static let nothing = Reply(closes: true)
    }

    struct Request: Sendable {
        let head: String
        let body: String

        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n")
            where line.lowercased().hasPrefix(name.lowercased() + ":") {
                return String(line.dropFirst(name.utf8.count + 1).drop { $0 == " " })
            }
            return nil
        }
    }

    private struct State {
        var script: [Reply]
        /// When the script has ended.
        var usual: Reply
        var requests: [Request] = []
        var connections = 0
        var open: Set<Int32> = []
        var isClosing = false
    }

    private let listener: Int32
    let port: UInt16
    private let state: Mutex<State>
    private let live = Mutex(0)

    init(_ script: [Reply] = [], usual: Reply = .answer()) throws {
        state = Mutex(State(script: script, usual: usual))
        listener = try TCPSocket.listen(on: SocketAddress(host: "127.0.0.1", port: 0)!, backlog: 128)
        port = try TCPSocket.localAddress(of: listener).port
        begin { $0.acceptAll() }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    var connections: Int { state.withLock { $0.connections } }

    func close() {
        let descriptors = state.withLock { state in
            state.isClosing = true
            return state.open
        }
        for descriptor in descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
        for _ in 0..<2000 where live.withLock({ $0 }) > 0 { usleep(1000) }
        Glibc.close(listener)
    }

    private func begin(_ body: @escaping @Sendable (ScriptedServer) -> Void) {
        live.withLock { $0 += 1 }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Work(server: self, body: body)).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                let work = Unmanaged<Work>.fromOpaque(context!).takeRetainedValue()
                work.body(work.server)
                work.server.live.withLock { $0 -= 1 }
                return nil
            }, context)
        pthread_detach(thread)
    }

    private final class Work {
        let server: ScriptedServer
        let body: @Sendable (ScriptedServer) -> Void

        init(server: ScriptedServer, body: @escaping @Sendable (ScriptedServer) -> Void) {
            self.server = server
            self.body = body
        }
    }

    private func acceptAll() {
        while !state.withLock({ $0.isClosing }) {
            var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 20) == 1 else { continue }
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { continue }
            // The listener does not block; what it accepts has to.
            _ = fcntl(descriptor, F_SETFL, 0)
            state.withLock {
                $0.connections += 1
                $0.open.insert(descriptor)
            }
            begin { $0.serve(descriptor) }
        }
    }

    private func serve(_ descriptor: Int32) {
        while let request = readRequest(descriptor) {
            let reply = state.withLock { state in
                state.requests.append(request)
                return state.script.isEmpty ? state.usual : state.script.removeFirst()
            }
            if reply.delayMs > 0 { usleep(reply.delayMs * 1000) }
            var sent = 0
            while sent < reply.bytes.count {
                let count = reply.bytes.withUnsafeBytes {
                    send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { break }
                sent += count
            }
            if reply.closes { break }
        }
        _ = state.withLock { $0.open.remove(descriptor) }
        Glibc.close(descriptor)
    }

    private func readRequest(_ descriptor: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = String(text[..<end.lowerBound])
                let request = Request(head: head, body: String(text[end.upperBound...]))
                let length = request.header("content-length").flatMap { Int($0) } ?? 0
                if request.body.utf8.count >= length { return request }
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }
}
