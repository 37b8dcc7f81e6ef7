import EventLoop
import Glibc
import Synchronization
import TicketingTesting

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
    // Sendable although it is a pointer: OpenSSL counts a context's references and locks it itself.
    private nonisolated(unsafe) let tls: OpaquePointer?
    private let certificates: TestCertificates?

    init(
        _ script: [Reply] = [], usual: Reply = .answer(), certificates: TestCertificates? = nil
    ) throws {
        self.certificates = certificates
        tls = try certificates.map { try ServerChannel.context($0) }
        state = Mutex(State(script: script, usual: usual))
        listener = try TCPSocket.listen(on: SocketAddress(host: "127.0.0.1", port: 0)!, backlog: 128)
        port = try TCPSocket.localAddress(of: listener).port
        begin { $0.acceptAll() }
    }

    var url: String { "\(certificates == nil ? "http" : "https")://127.0.0.1:\(port)" }
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
                // OpenSSL writes to sockets that the client has closed.
                var pipe = sigset_t()
                sigemptyset(&pipe)
                sigaddset(&pipe, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &pipe, nil)
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
            // A child of another test would keep it open behind our back.
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
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
        if let channel = ServerChannel(descriptor, tls: tls) {
            while let request = readRequest(channel), answer(request, channel) {}
            channel.end()
        }
        _ = state.withLock { $0.open.remove(descriptor) }
        Glibc.close(descriptor)
    }

    /// False when the connection ends with this answer.
    private func answer(_ request: Request, _ channel: ServerChannel) -> Bool {
        let reply = state.withLock { state in
            state.requests.append(request)
            return state.script.isEmpty ? state.usual : state.script.removeFirst()
        }
        if reply.delayMs > 0 { usleep(reply.delayMs * 1000) }
        var sent = 0
        while sent < reply.bytes.count {
            let count = reply.bytes.withUnsafeBytes {
                channel.write(UnsafeRawBufferPointer(rebasing: $0[sent...]))
            }
            guard count > 0 else { break }
            sent += count
        }
        return !reply.closes
    }

    private func readRequest(_ channel: ServerChannel) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var head: (text: String, end: Int, length: Int)?
        while true {
            if head == nil, let end = Self.endOfHead(bytes) {
                let text = String(decoding: bytes[..<end], as: UTF8.self)
                let length = Request(head: text, body: "").header("content-length").flatMap { Int($0) } ?? 0
                head = (text, end + 4, length)
            }
            if let head, bytes.count >= head.end + head.length {
                return Request(
                    head: head.text, body: String(decoding: bytes[head.end...], as: UTF8.self))
            }
            let count = channel.read(&buffer)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= mark.count else { return nil }
        return (0...(bytes.count - mark.count)).first { bytes[$0..<($0 + 4)].elementsEqual(mark) }
    }
}
