import EventLoop
import Glibc

/// A request of which a part has arrived, over a connection of its own.
final class HalfSentRequest {
    private let descriptor: Int32

    /// `address` as in a ready line.
    init(_ text: String, to address: String) throws {
        descriptor = try Self.connection(to: address)
        send(text)
    }

    deinit { close(descriptor) }

    /// Sends the rest, and gives what comes until the other side ends the connection or says nothing for a second.
    func finish(_ rest: String) -> String {
        send(rest)
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while Self.isReady(
            descriptor, Int16(POLLIN), withinMs: answer.isEmpty ? ServiceProcess.patienceMs : 1_000)
        {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }

    /// Waits until nobody listens there; false when somebody still does after a minute.
    static func isRefused(by address: String) async -> Bool {
        for _ in 0..<Int(ServiceProcess.patienceMs) / 20 {
            guard let descriptor = try? connection(to: address) else { return true }
            close(descriptor)
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    private func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private static func connection(to address: String) throws -> Int32 {
        let parts = address.split(separator: ":")
        let descriptor = try TCPSocket.connect(
            to: SocketAddress(host: String(parts[0]), port: UInt16(parts[1])!)!)
        guard isReady(descriptor, Int16(POLLOUT), withinMs: ServiceProcess.patienceMs) else {
            close(descriptor)
            throw ServiceProcess.StartError(message: "no connection to \(address)")
        }
        if let error = TCPSocket.connectionError(of: descriptor) {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func isReady(_ descriptor: Int32, _ events: Int16, withinMs: Int32) -> Bool {
        var waiting = pollfd(fd: descriptor, events: events, revents: 0)
        return poll(&waiting, 1, withinMs) > 0
    }
}
