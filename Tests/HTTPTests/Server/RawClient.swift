import CLinux
import EventLoop
import Glibc
import Testing

@testable import HTTP

/// A client that sends what it is told, byte for byte, and waits on the thread of its test. Every wait ends after
/// some seconds, so that a server that says nothing fails a test and does not hang it.
///
// Sendable for the tests that send on one thread and read on another: a socket takes both, and what was received is
// only touched by the reader.
final class RawClient: @unchecked Sendable {
    private var descriptor: Int32
    private var received: [UInt8] = []
    /// The other side has ended the connection.
    private(set) var sawEnd = false
    private var lastError: Int32 = 0

    /// A small receive buffer makes the server feel a slow reader at once.
    init(port: UInt16, receiveBuffer: Int32? = nil) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        if var receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        self.descriptor = descriptor
        isConnected = result == 0
    }

    /// The other end of a connection that a client under test has made.
    init(accepted descriptor: Int32) {
        self.descriptor = descriptor
        isConnected = descriptor >= 0
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    let isConnected: Bool

    /// The next request, head and body as text; nil when the connection ends before it is whole.
    func request() -> String? {
        while true {
            var limits = ParserLimits()
            limits.maxBodyBytes = 16 << 20
            var parser = RequestParser(limits: limits)
            var copy = received
            let isWhole = copy.withUnsafeMutableBytes { buffer in
                buffer.baseAddress.map { parser.advance($0, count: buffer.count) == .complete } ?? false
            }
            if isWhole {
                defer { received.removeFirst(parser.consumed) }
                return String(decoding: received.prefix(parser.consumed), as: UTF8.self)
            }
            guard readSome() else { return nil }
        }
    }

    deinit { end() }

    /// Sends all of it; whether the other side took it.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    func sendByteByByte(_ text: String) { for byte in text.utf8 { send([byte]) } }

    /// Nothing more will be sent; reading goes on.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Resets the connection.
    func reset() {
        var hard = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
        end()
    }

    func end() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
    }

    /// The next answer, or nil when the connection ends before it is whole.
    func answer(toHead: Bool = false) -> ClientResponse? {
        var limits = ParserLimits()
        limits.maxBodyBytes = 16 << 20
        while true {
            var parser = ResponseParser(limits: limits, isAnswerToHead: toHead)
            var copy = received
            let parsed: ClientResponse? = copy.withUnsafeMutableBytes { buffer in
                guard let base = buffer.baseAddress, parser.advance(base, count: buffer.count) == .complete
                else { return nil }
                return parser.response(in: base)
            }
            if let parsed {
                received.removeFirst(parser.consumed)
                return parsed
            }
            guard readSome() else { return nil }
        }
    }

    /// Everything up to the end of the connection.
    func rest() -> String {
        while readSome() {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// Waits until these bytes stand at the front, and takes them.
    func take(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        while received.count < wanted.count { guard readSome() else { return false } }
        guard Array(received.prefix(wanted.count)) == wanted else { return false }
        received.removeFirst(wanted.count)
        return true
    }

    /// Whether the server has ended the connection without a further byte.
    func wasEnded() -> Bool { received.isEmpty && !readSome() && sawEnd }

    /// Whether the connection was torn down: what had arrived can be read, and no more.
    func wasReset() -> Bool {
        while readSome() {}
        return sawEnd && lastError == ECONNRESET
    }

    /// Whether there is nothing to read at the moment and the connection stands.
    func isQuiet() -> Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return received.isEmpty && count < 0 && errno == EAGAIN
    }

    private func readSome() -> Bool {
        let size = 65_536
        var result = 0
        let piece = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            result = recv(descriptor, buffer.baseAddress!, size, 0)
            count = max(0, result)
        }
        guard result > 0 else {
            lastError = result == 0 ? 0 : errno
            // A time-out is no end.
            sawEnd = result == 0 || lastError == ECONNRESET
            return false
        }
        received += piece
        return true
    }
}

extension ClientResponse {
    /// The NAME of a problem's type, or nil.
    var problem: String? {
        guard header("Content-Type") == "application/problem+json" else { return nil }
        let start = #"{"type":"/problems/"#
        guard text.hasPrefix(start) else { return nil }
        return String(text.dropFirst(start.count).prefix { $0 != "\"" })
    }

    /// The request id of a problem stands in its body and in its head, and is the same.
    var requestIDsAgree: Bool {
        guard let id = header("Request-Id"), id.count == 20 else { return false }
        return text.contains(#""requestId":"\#(id)""#)
    }
}
