import EventLoop
import Glibc

/// One connection to a server, with at most one request on it at a time.
final class ClientConnection: EventSource, TimerTarget {
    private enum State { case connecting, idle, busy, closed }

    // The client ends its connections before it goes.
    private unowned let client: HTTPClient
    private var state = State.connecting
    private var exchange: Exchange?
    private var sent = 0
    private var answersGiven = 0
    private var parser: ResponseParser
    private var buffer = AnswerBuffer(usualCapacity: usualBufferBytes, leastRoom: 1_024)
    private let mostBufferBytes: Int
    private var timer: (id: TimerID, atNs: UInt64)?
    private var deadlineNs: UInt64 = 0
    /// The kernel has said there is more to read, and it was not read yet.
    private var isUnread = false
    /// The server will send nothing more. The kernel says so once, maybe together with the last bytes.
    private var peerEnded = false

    private static let usualBufferBytes = 8_192
    /// Then it is the others' turn: a server that sends fast must not hold up the loop.
    private static let maxReadsPerTurn = 16

    init(descriptor: Int32, client: HTTPClient) {
        self.client = client
        parser = ResponseParser(limits: client.limits, isAnswerToHead: false)
        mostBufferBytes =
            client.limits.maxBodyBytes + 2 * client.limits.maxHeaderBytes + Self.usualBufferBytes
        super.init(descriptor: descriptor)
    }

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
        parser.reset(isAnswerToHead: exchange.isHead)
        setDeadline(exchange.deadlineNs)
        write()
    }

    override func becameReady(_ events: EventSet) {
        if state == .connecting {
            if let error = TCPSocket.connectionError(of: descriptor) {
                return fail(HTTPClientError(.cannotConnect, "\(client.address): \(error)"))
            }
            guard events.contains(.writable), let exchange else { return }
            send(exchange)
        } else if events.contains(.writable), state == .busy {
            write()
        }
        // A server may have answered, and even ended, before this end knew that it was connected.
        guard !events.isDisjoint(with: [.readable, .peerClosed, .hungUp, .failed]) else { return }
        isUnread = true
        if !events.isDisjoint(with: [.peerClosed, .hungUp, .failed]) { peerEnded = true }
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
            // No room, or an error. A server that refuses early may have answered before it closed: reading tells.
            return
        }
    }

    private func read() {
        for _ in 0..<Self.maxReadsPerTurn {
            guard isUnread, state != .closed else { return }
            guard buffer.makeRoom(for: &parser, atMost: mostBufferBytes) else {
                return fail(HTTPClientError(.badAnswer, "\(client.address): the answer is too large"))
            }
            let room = buffer.room
            let received = recv(descriptor, buffer.end, room, 0)
            if received < 0, errno == EINTR { continue }
            if received < 0, errno == EAGAIN { return isUnread = false }
            guard received > 0 else { return ended(inOrder: received == 0) }
            // Bytes that answer nothing: whatever they are, the next answer could not be trusted.
            guard state == .busy else { return close() }
            buffer.added(received)
            if received < room, !peerEnded { isUnread = false }
            settle(parser.advance(buffer.base, count: buffer.count))
        }
        client.loop.runLater { [self] in read() }
    }

    /// The server has ended the connection, by its end or by a reset.
    private func ended(inOrder: Bool) {
        guard state == .busy else { return close() }
        guard buffer.count > 0 else { return lost() }
        // Only an orderly end is the end of a body without a length.
        guard inOrder, case .complete = parser.advanceToEnd() else {
            return fail(
                HTTPClientError(.connectionLost, "\(client.address) ended the connection within its answer"))
        }
        settle(.complete)
    }

    private func settle(_ progress: ResponseParser.Progress) {
        switch progress {
        case .needsMore: return
        case .failed(let failure):
            fail(HTTPClientError(.badAnswer, "\(client.address): \(failure.detail)"))
        case .complete:
            answersGiven += 1
            guard let answered = exchange else { return close() }
            exchange = nil
            let isKept =
                parser.keepsAlive && parser.consumed == buffer.count && sent == answered.bytes.count
                && !peerEnded
            guard answered.takesRaw else {
                let response = parser.response(in: buffer.base)
                if isKept { becomeIdle() } else { close() }
                return answered.finish(.success(response))
            }
            answered.finish(RawAnswer(parser, in: buffer.base))
            // The taker may have ended the client.
            guard state == .busy else { return }
            if isKept { becomeIdle() } else { close() }
        }
    }

    private func becomeIdle() {
        state = .idle
        buffer.forgetAnswer()
        setDeadline(client.loop.nowNs + client.settings.idleTimeoutMs * 1_000_000)
        client.becameIdle(self)
    }

    /// A kept connection that ended before it answered: the server may have closed it while the request was on its
    /// way, which is nobody's fault. A request of which not a byte was sent had no effect, whatever it is.
    private func lost() {
        guard let exchange, answersGiven > 0, !exchange.wasRetried, exchange.isRepeatable || sent == 0 else {
            return fail(
                HTTPClientError(.connectionLost, "\(client.address) ended the connection before it answered"))
        }
        exchange.wasRetried = true
        self.exchange = nil
        close(retrying: exchange)
    }

    private func fail(_ error: HTTPClientError) {
        let failed = exchange
        exchange = nil
        close()
        failed?.finish(.failure(error))
    }

    /// Deadlines mostly move away: the timer stays where it is and looks again when it fires.
    private func setDeadline(_ atNs: UInt64) {
        deadlineNs = atNs
        if let timer {
            if timer.atNs <= atNs { return }
            if client.loop.move(timer.id, toNs: atNs) { return self.timer = (timer.id, atNs) }
        }
        timer = (client.loop.arm(self, atNs: atNs), atNs)
    }

    func timerFired() {
        timer = nil
        guard client.loop.nowNs >= deadlineNs else { return setDeadline(deadlineNs) }
        switch state {
        case .connecting:
            fail(HTTPClientError(.cannotConnect, "\(client.address) did not accept a connection in time"))
        case .busy: fail(HTTPClientError(.timedOut, "\(client.address) did not answer in time"))
        case .idle, .closed: close()
        }
    }

    func close(retrying exchange: Exchange? = nil) {
        guard state != .closed else { return }
        state = .closed
        if let timer { client.loop.cancel(timer.id) }
        timer = nil
        client.loop.unwatch(self)
        Glibc.close(descriptor)
        let unanswered = self.exchange
        self.exchange = nil
        client.ended(self, retrying: exchange)
        unanswered?.finish(.failure(.clientClosed))
    }
}
