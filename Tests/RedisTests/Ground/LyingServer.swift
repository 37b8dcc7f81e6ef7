import CLinux
import EventLoop
import Glibc
import Synchronization

@testable import Redis

/// A server that answers whatever the test wants, on a thread of its own.
final class LyingServer: Sendable {
    enum Act {
        case answer(String)
        case bytes([UInt8])
        /// Answers and ends the connection, or only ends it.
        case end(String)
        /// Says nothing, and keeps the connection.
        case silence
    }

    typealias Script = @Sendable (_ connection: Int, _ words: [String]) -> Act

    private struct State {
        var connections = 0
        var commands: [String] = []
        var isStopping = false
    }

    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let script: Script
    // Written before any other thread can know of the object, and joined by the one that stops it.
    nonisolated(unsafe) private var thread: Thread?

    /// Greets as a single server unless the script answers HELLO itself with something other than silence.
    static func run<Value>(
        _ script: @escaping Script, _ test: (LyingServer) async throws -> Value
    ) async throws -> Value {
        let server = try LyingServer(script)
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await test(server)) } catch { outcome = .failure(error) }
        server.stop()
        return try outcome.get()
    }

    private init(_ script: @escaping Script) throws {
        self.script = script
        guard let any = SocketAddress(host: "127.0.0.1", port: 0) else { preconditionFailure("no loopback") }
        listener = try TCPSocket.listen(on: any, backlog: 64)
        port = try TCPSocket.localAddress(of: listener).port
        thread = Thread(name: "lying-server") { [self] in serve() }
    }

    var url: String { "redis://127.0.0.1:\(port)" }
    var connections: Int { state.withLock { $0.connections } }
    /// The first words of all commands but greetings.
    var commands: [String] { state.withLock { $0.commands } }

    static let greeting = "%2\r\n+server\r\n+redis\r\n+mode\r\n+standalone\r\n"

    private func stop() {
        state.withLock { $0.isStopping = true }
        thread.take()?.join()
        close(listener)
    }

    private func serve() {
        var peers: [Int32: [UInt8]] = [:]
        var numbers: [Int32: Int] = [:]
        while !state.withLock({ $0.isStopping }) {
            var waiting = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            waiting += peers.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&waiting, nfds_t(waiting.count), 10) > 0 else { continue }
            for ready in waiting where ready.revents != 0 {
                if ready.fd == listener {
                    guard let accepted = try? TCPSocket.accept(from: listener) else { continue }
                    peers[accepted.descriptor] = []
                    numbers[accepted.descriptor] = state.withLock { state in
                        state.connections += 1
                        return state.connections
                    }
                    continue
                }
                var buffer = [UInt8](repeating: 0, count: 65_536)
                let count = recv(ready.fd, &buffer, buffer.count, 0)
                if count < 0, errno == EAGAIN { continue }
                let isOpen =
                    count > 0 && answer(ready.fd, numbers[ready.fd] ?? 0, &peers[ready.fd]!, buffer[..<count])
                guard !isOpen else { continue }
                close(ready.fd)
                peers[ready.fd] = nil
            }
        }
        for peer in peers.keys { close(peer) }
    }

    /// False when the connection is to end.
    private func answer(_ peer: Int32, _ number: Int, _ held: inout [UInt8], _ more: ArraySlice<UInt8>)
        -> Bool
    {
        held += more
        while let words = nextCommand(&held) {
            if words[0] != "HELLO" { state.withLock { $0.commands.append(words[0]) } }
            switch script(number, words) {
            case .answer(let text): send(peer, Array(text.replacing("{port}", with: "\(port)").utf8))
            case .bytes(let bytes): send(peer, bytes)
            case .silence: if words[0] == "HELLO" { send(peer, Array(Self.greeting.utf8)) }
            case .end(let text):
                send(peer, Array(text.utf8))
                return false
            }
        }
        return true
    }

    private func nextCommand(_ held: inout [UInt8]) -> [String]? {
        var parser = RESPParser()
        let words: [String]? = held.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, case .complete = parser.advance(base, count: bytes.count)
            else {
                return nil
            }
            return RESPReply(base, parser.tokens).value.elements?.compactMap(\.text)
        }
        if words != nil { held.removeFirst(parser.position) }
        return words
    }

    private func send(_ peer: Int32, _ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(peer, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { sent += count } else if errno != EAGAIN { return } else { usleep(1_000) }
        }
    }
}
