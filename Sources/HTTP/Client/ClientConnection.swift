import EventLoop
import Glibc

/// One connection to a server, with at most one request on it at a time.
final class ClientConnection: EventSource, TimerTarget {
    private enum State { case connecting, idle, busy, closed }

    private unowned let client: HTTPClient
    private var state = State.connecting
    private var exchange: Exchange?
    private var sent = 0
    private var answersGiven = 0
    private var parser: ResponseParser
    private var buffer: UnsafeMutableRawPointer
    private var capacity = 8_192
    private var count = 0
    private var deadlineNs: UInt64 = 0
    private var timer: TimerID?

    init(descriptor: Int32, client: HTTPClient) {
        self.client = client
        parser = ResponseParser(limits: client.limits, isAnswerToHead: false)
        buffer = .allocate(byteCount: capacity, alignment: 16)
        super.init(descriptor: descriptor)
    }

    deinit { buffer.deallocate() }

    func begin(_ exchange: Exchange) {
        self.exchange = exchange
        setDeadline(
            min(exchange.deadlineNs, client.loop.nowNs + client.settings.connectTimeoutMs * 1_000_000))
    }

    /// Sends the next request on a connection that waited for one.
    func send(_ exchange: Exchange) {
        self.exchange = exchange
        state = .busy
        sent = 0
        count = 0
        parser = ResponseParser(limits: client.limits, isAnswerToHead: exchange.isHead)
        setDeadline(exchange.deadlineNs)
        write()
    }

    override func becameReady(_ events: EventSet) {
        if state == .connecting {
            if let error = TCPSocket.connectionError(of: descriptor) {
                return fail(HTTPClientError(.cannotConnect, "\(client.address): \(error)"))
            }
            guard events.contains(.writable), let exchange else { return }
            return send(exchange)
        }
        if events.contains(.writable), state == .busy { write() }
        guard state != .closed, !events.isDisjoint(with: [.readable, .peerClosed, .hungUp, .failed]) else {
            return
        }
        read()
    }

    private func write() {
        guard let exchange else { return }
        while sent < exchange.bytes.count {
            let count = exchange.bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count < 0 else {
                sent += count
                continue
            }
            if errno == EINTR { continue }
            // A server that refuses early may have answered before it closed: reading tells.
            return
        }
    }

    private func read() {
        while state != .closed {
            if count == capacity { grow() }
            let room = capacity - count
            let received = recv(descriptor, buffer + count, room, 0)
            if received < 0, errno == EINTR { continue }
            if received < 0, errno == EAGAIN { return }
            guard received > 0 else { return peerClosed() }
            guard state == .busy else {
                // Bytes that answer nothing: whatever they are, the next answer could not be trusted.
                return close()
            }
            count += received
            settle(parser.advance(buffer, count: count))
            if received < room { return }
        }
    }

    private func peerClosed() {
        guard state == .busy else { return close() }
        guard count > 0 || sent == 0 || answersGiven == 0 else { return lost() }
        settle(parser.advanceToEnd())
        if state == .busy { lost() }
    }

    private func settle(_ progress: ResponseParser.Progress) {
        switch progress {
        case .needsMore: return
        case .failed(let failure):
            fail(
                HTTPClientError(
                    count == 0 ? .connectionLost : .badAnswer, "\(client.address): \(failure.detail)"))
        case .complete:
            let response = parser.response(in: buffer)
            answersGiven += 1
            let ended = exchange
            exchange = nil
            if parser.keepsAlive, parser.consumed == count, sent == ended?.bytes.count {
                state = .idle
                setDeadline(client.loop.nowNs + client.settings.idleTimeoutMs * 1_000_000)
                client.becameIdle(self)
            } else {
                close()
            }
            ended?.finish(.success(response))
        }
    }

    private func grow() {
        let larger = max(capacity * 2, min(parser.expectedBytes, client.limits.maxBodyBytes + capacity))
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        memcpy(moved, buffer, count)
        buffer.deallocate()
        buffer = moved
        capacity = larger
    }

    /// A kept-alive connection that died before it answered: the server may have closed it while the request
    /// was on its way, which is nobody's fault.
    private func lost() {
        guard let exchange, exchange.isRepeatable, answersGiven > 0, count == 0, !exchange.wasRetried else {
            return fail(
                HTTPClientError(.connectionLost, "\(client.address) closed the connection before it answered")
            )
        }
        exchange.wasRetried = true
        self.exchange = nil
        close()
        client.start(exchange)
    }

    private func fail(_ error: HTTPClientError) {
        let ended = exchange
        exchange = nil
        close()
        ended?.finish(.failure(error))
    }

    private func setDeadline(_ atNs: UInt64) {
        deadlineNs = atNs
        if let timer {
            if client.loop.move(timer, toNs: atNs) { return }
        }
        timer = client.loop.arm(self, atNs: atNs)
    }

    func timerFired() {
        timer = nil
        switch state {
        case .connecting:
            fail(HTTPClientError(.cannotConnect, "\(client.address) did not accept a connection in time"))
        case .busy: fail(HTTPClientError(.timedOut, "\(client.address) did not answer in time"))
        case .idle, .closed: close()
        }
    }

    func close() {
        guard state != .closed else { return }
        state = .closed
        if let timer { client.loop.cancel(timer) }
        timer = nil
        client.loop.unwatch(self)
        Glibc.close(descriptor)
        client.ended(self)
        let unanswered = exchange
        exchange = nil
        unanswered?.finish(.failure(HTTPClientError(.closed, "the client was closed")))
    }
}
