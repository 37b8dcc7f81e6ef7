import Glibc
import Synchronization

/// A peer that speaks just enough of PostgreSQL's protocol to be believed, and then says what a test has it say.
final class LyingServer: Sendable {
    enum Answer: Sendable {
        /// One row with the number 7.
        case honest
        /// What follows the server's word that it took the statement.
        case lie([UInt8])
        case lieThenEnd([UInt8])
        /// Again and again, until nobody listens any more.
        case endless(head: [UInt8], [UInt8])
    }

    private struct Script: Sendable {
        var answers: [Answer] = []
        /// In place of a greeting.
        var greeting: [UInt8]?
        var clients: Set<Int32> = []
    }

    let port: Int
    private let listener = LoopbackListener()
    private let script = Mutex(Script())

    private static let sslRequest = 80_877_103
    private static let mostEndlessBytes = 1 << 30

    init() {
        port = listener.port
        OwnThread.start { [self] in acceptAll() }
    }

    /// The answers to the next questions, one each; all later ones are honest.
    func willSay(_ answers: [Answer]) { script.withLock { $0.answers = answers } }

    /// Says this to whoever connects, and hangs up; with nil it greets again.
    func willGreet(with bytes: [UInt8]?) { script.withLock { $0.greeting = bytes } }

    /// Says something that nobody asked for to everybody who is there, and hangs up.
    func interrupt(with bytes: [UInt8]) {
        script.withLock { script in
            for client in script.clients {
                Self.write(client, bytes)
                shutdown(client, Int32(SHUT_RDWR))
            }
        }
    }

    func close() {
        interrupt(with: [])
        // The thread that accepts closes it: until then its number must not be anybody else's.
        shutdown(listener.descriptor, Int32(SHUT_RDWR))
    }

    // MARK: One client

    private func acceptAll() {
        defer { listener.close() }
        while true {
            let client = accept(listener.descriptor, nil, nil)
            guard client >= 0 else { return }
            // A child of another test would keep it open behind our back.
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            _ = script.withLock { $0.clients.insert(client) }
            OwnThread.start { [self] in
                serve(client)
                _ = script.withLock { $0.clients.remove(client) }
                Glibc.close(client)
            }
        }
    }

    private func serve(_ client: Int32) {
        guard greet(client) else { return }
        var isGreeted = false
        var parses = 0
        var binds = 0
        while let (type, _) = Self.message(client) {
            switch type {
            case UInt8(ascii: "P"): parses += 1
            case UInt8(ascii: "B"): binds += 1
            case UInt8(ascii: "X"): return
            case UInt8(ascii: "S"):
                var bytes = [UInt8]()
                for _ in 0..<parses { bytes += ServerMessage.parsed }
                if binds == 0 {
                    bytes += ServerMessage.ready
                } else if !isGreeted {
                    isGreeted = true
                    bytes += ServerMessage.bound + ServerMessage.noData + ServerMessage.complete
                    bytes += ServerMessage.ready
                } else {
                    guard answer(client, after: bytes + ServerMessage.bound) else { return }
                    bytes = []
                }
                guard Self.write(client, bytes) else { return }
                (parses, binds) = (0, 0)
            default: break
            }
        }
    }

    private func greet(_ client: Int32) -> Bool {
        while true {
            guard let head = Self.read(client, 8) else { return false }
            guard Self.number(head[4...]) != Self.sslRequest else {
                guard Self.write(client, [UInt8(ascii: "N")]) else { return false }
                continue
            }
            guard Self.read(client, Self.number(head[..<4]) - 8) != nil else { return false }
            break
        }
        if let lie = script.withLock({ $0.greeting }) {
            Self.write(client, lie)
            return false
        }
        return Self.write(client, ServerMessage.greeting)
    }

    /// False when the connection is over.
    private func answer(_ client: Int32, after head: [UInt8]) -> Bool {
        let next = script.withLock { $0.answers.isEmpty ? .honest : $0.answers.removeFirst() }
        switch next {
        case .honest: return Self.write(client, head + ServerMessage.seven + ServerMessage.ready)
        case .lie(let bytes): return Self.write(client, head + bytes)
        case .lieThenEnd(let bytes):
            Self.write(client, head + bytes)
            return false
        case .endless(let beginning, let bytes):
            guard Self.write(client, head + beginning) else { return false }
            var left = Self.mostEndlessBytes
            while left > 0, Self.write(client, bytes) { left -= bytes.count }
            return false
        }
    }

    // MARK: The wire

    private static func message(_ client: Int32) -> (type: UInt8, body: [UInt8])? {
        guard let head = read(client, 5) else { return nil }
        guard let body = read(client, number(head[1...]) - 4) else { return nil }
        return (head[0], body)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    private static func read(_ client: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        var length = 0
        while length < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(client, $0.baseAddress! + length, $0.count - length)
            }
            guard got > 0 else { return nil }
            length += got
        }
        return bytes
    }

    @discardableResult
    private static func write(_ client: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(client, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
