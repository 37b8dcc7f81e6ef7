import EventLoop
import Glibc

/// One connection to a server: commands go out once a turn, answers come back in the same order.
///
/// Whatever is not as it should be ends it: after a wrong answer nobody can tell whose the next one is.
final class RedisConnection: EventSource, TimerTarget {
    enum State { case connecting, securing, greeting, ready, closed }

    let node: RedisNode
    private(set) var state = State.connecting
    private var tls: TLSSession?
    private let input: ConnectionInput
    private var output = ConnectionOutput()
    private var parser: RESPParser
    private var consumed = 0
    private var inFlight = ExchangeQueue()
    private var timer: TimerID?
    private let connectDeadlineNs: UInt64
    private var isFlushPlanned = false
    /// The kernel has said there is more to read, and it was not read yet.
    private var isUnread = false
    private var peerEnded = false

    /// Then it is the others' turn: a server that sends fast must not hold up the loop.
    private static let maxReadsPerTurn = 16
    /// What may wait to be sent to a server that does not read.
    private static let maxOutputBytes = 32 * 1_024 * 1_024

    init(descriptor: Int32, node: RedisNode, tls: TLSSession?, connectDeadlineNs: UInt64) {
        self.node = node
        self.tls = tls
        self.connectDeadlineNs = connectDeadlineNs
        let limits = node.client.limits
        parser = RESPParser(limits: limits)
        // One answer is one string, or a cluster's slots, which are shorter than a large entry.
        input = ConnectionInput(maxBytes: max(limits.maxBulkBytes, 8 << 20) + 65_536)
        super.init(descriptor: descriptor)
        timer = loop.arm(self, atNs: connectDeadlineNs)
    }

    private var loop: EventLoop { node.client.loop }
    var isReady: Bool { state == .ready }
    var isIdle: Bool { inFlight.isEmpty }

    // MARK: Commands

    /// Sends a command with what this turn sends.
    func send(_ exchange: RedisExchange) {
        guard state == .greeting || state == .ready else { return exchange.fail(.connectionClosed) }
        guard inFlight.count < node.client.settings.maxPending, output.byteCount < Self.maxOutputBytes else {
            return node.client.refuse(
                exchange, RedisError(.tooManyPending, "too many commands wait for \(node.address)"))
        }
        if exchange.isAsking {
            exchange.isAsking = false
            put(RedisExchange(.plain(["ASKING"]), deadlineNs: exchange.deadlineNs) { _ in nil })
        }
        put(exchange)
    }

    private func put(_ exchange: RedisExchange) {
        exchange.command.write(into: &output.plain, node.client.form, sendsScript: exchange.sendsScript)
        if inFlight.isEmpty, state == .ready { setDeadline(exchange.deadlineNs) }
        inFlight.append(exchange)
        guard !isFlushPlanned else { return }
        isFlushPlanned = true
        loop.atEndOfTurn { [self] in
            isFlushPlanned = false
            flush()
        }
    }

    private func flush() {
        guard state != .closed, state != .connecting else { return }
        guard case .failed(let code) = output.send(to: descriptor, over: tls) else { return }
        // A server that refuses may have said why before it closed.
        if isUnread || peerEnded { read() }
        fail(RedisError(.connectionLost, "\(node.address): \(String(cString: strerror(code)))"))
    }

    // MARK: The socket

    override func becameReady(_ events: EventSet) {
        if state == .connecting {
            if let error = TCPSocket.connectionError(of: descriptor) {
                return fail(RedisError(.cannotConnect, "\(node.address): \(error)"))
            }
            guard events.contains(.writable) else { return }
            state = tls == nil ? .greeting : .securing
            if tls == nil { greet() } else { secure() }
        } else if events.contains(.writable), output.byteCount > 0 {
            flush()
        }
        guard !events.isDisjoint(with: [.readable, .peerClosed, .hungUp, .failed]) else { return }
        isUnread = true
        if !events.isDisjoint(with: [.peerClosed, .hungUp, .failed]) { peerEnded = true }
        read()
    }

    private func read() {
        for _ in 0..<Self.maxReadsPerTurn {
            guard isUnread, state != .closed else { return }
            guard makeRoom() else { return fail(.badAnswer(node, "an answer is larger than allowed")) }
            let received = tls == nil ? receive() : receiveEncrypted()
            if received < 0, errno == EINTR { continue }
            if received < 0, errno == EAGAIN { return isUnread = false }
            guard received > 0 else { return ended() }
            if state == .securing { secure() }
            if tls != nil, !decrypt() { return }
            parse()
        }
        guard isUnread, state != .closed else { return }
        loop.runLater { [self] in read() }
    }

    private func receive() -> Int {
        let room = input.room
        let received = recv(descriptor, input.end, room, 0)
        if received > 0 { input.grew(by: received) }
        // Less than there was room for is all there is; the end alone is said only once.
        if received > 0, received < room, !peerEnded { isUnread = false }
        return received
    }

    private func receiveEncrypted() -> Int {
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 16) { buffer in
            let received = recv(descriptor, buffer.baseAddress!, buffer.count, 0)
            if received > 0 { tls?.feed(UnsafeRawBufferPointer(rebasing: buffer[..<received])) }
            if received > 0, received < buffer.count, !peerEnded { isUnread = false }
            return received
        }
    }

    /// Moves what TLS has to the input. False when the connection is over.
    private func decrypt() -> Bool {
        while state == .greeting || state == .ready {
            guard makeRoom() else {
                fail(.badAnswer(node, "an answer is larger than allowed"))
                return false
            }
            switch tls!.read(into: input.end, room: input.room) {
            case .bytes(let count):
                input.grew(by: count)
                parse()
            case .needsMore:
                // A key update of the peer's is answered by what the library wants to send.
                flush()
                return state != .closed
            case .ended:
                ended()
                return false
            case .failed(let why):
                fail(RedisError(.tlsFailed, why))
                return false
            }
        }
        return state != .closed
    }

    private func secure() {
        switch tls!.handshake() {
        case .done:
            state = .greeting
            greet()
        case .needsMore: flush()
        case .failed(let why):
            // The alert that tells the server why.
            _ = output.send(to: descriptor, over: tls)
            fail(RedisError(.tlsFailed, why))
        }
    }

    // MARK: Answers

    private func parse() {
        while state != .closed {
            switch parser.advance(input.base, count: input.count) {
            case .needsMore: return
            case .failed(let failure): return fail(.badAnswer(node, "\(failure.detail)"))
            case .complete:
                answered()
                consumed = parser.position
                parser.begin(at: consumed)
            }
        }
    }

    private func answered() {
        let reply = RESPReply(input.base, parser.tokens)
        guard reply.kind != .push, let exchange = inFlight.popFirst() else {
            return fail(.badAnswer(node, "an answer came that nobody had asked for"))
        }
        if reply.kind == .error, !exchange.command.isPlain {
            return node.client.answeredWithError(exchange, reply.text, on: self)
        }
        guard let surprise = exchange.answer(reply, maxEntryBytes: node.client.form.maxEntryBytes) else {
            return
        }
        guard surprise.code == .foreignValue else { return fail(surprise) }
        // A stranger's value says nothing against the connection.
        node.client.observe(.badAnswer(address: node.address.description, surprise))
    }

    /// False when an answer is larger than any that is allowed.
    private func makeRoom() -> Bool {
        let before = consumed
        defer {
            // An unfinished answer that has moved is read again from its beginning.
            if before != consumed { parser.begin(at: consumed) }
        }
        return input.makeRoom(expected: parser.expectedBytes, consumed: &consumed)
    }

    // MARK: Beginning and end

    private func greet() { RedisGreeting(self).begin() }

    /// The server has greeted and let us in.
    func greeted() {
        guard state == .greeting else { return }
        state = .ready
        if let timer { loop.cancel(timer) }
        timer = nil
        node.connected(self)
    }

    private func setDeadline(_ atNs: UInt64) {
        guard timer == nil else { return }
        timer = loop.arm(self, atNs: atNs)
    }

    /// The timer is not moved with every command: it looks who is first when it fires.
    func timerFired() {
        timer = nil
        guard state == .ready else {
            return fail(RedisError(.cannotConnect, "\(node.address) did not greet in time"))
        }
        guard let first = inFlight.first else { return }
        guard first.deadlineNs <= loop.nowNs else { return setDeadline(first.deadlineNs) }
        node.client.observe(.timedOut(address: node.address.description))
        fail(RedisError(.timedOut, "\(node.address) did not answer in time"))
    }

    private func ended() {
        guard state == .ready, inFlight.isEmpty else {
            return fail(RedisError(.connectionLost, "\(node.address) ended the connection"))
        }
        close(nil)
    }

    func fail(_ error: RedisError) { close(error) }

    /// The loop would not watch it.
    func neverWatched() {
        state = .closed
        if let timer { loop.cancel(timer) }
        timer = nil
        Glibc.close(descriptor)
    }

    /// Ends it; without an error when nobody is to blame.
    func close(_ error: RedisError?) {
        guard state != .closed else { return }
        state = .closed
        if let timer { loop.cancel(timer) }
        timer = nil
        loop.unwatch(self)
        Glibc.close(descriptor)
        let unanswered = inFlight.takeAll()
        node.ended(self, error)
        let told = (error ?? .connectionClosed).sent()
        for exchange in unanswered { exchange.fail(told) }
    }
}

extension RedisError {
    static let connectionClosed = RedisError(.closed, "the connection was closed")

    static func badAnswer(_ node: RedisNode, _ why: String) -> RedisError {
        RedisError(.badAnswer, "\(node.address): \(why)")
    }
}
