import CCurl
import EventLoop
import Glibc
import HTTP

/// One connection to AWS with at most one request on it at a time.
final class WireConnection: TimerTarget, CurlLinkUser {
    private enum State { case connecting, idle, busy, closed }

    /// A record of TLS has no more, so what OpenSSL has decrypted fits in one read.
    private static let mostRecordBytes = 16_384
    /// Then it is the others' turn: a large answer must not hold up the loop.
    private static let maxReadsPerTurn = 16

    let endpoint: Endpoint
    let tag: ConnectionTag
    // The transport ends its connections before it goes.
    private unowned let transport: WireTransport
    private let loop: EventLoop
    private let link: CurlLink
    private let bornNs: UInt64
    private var state = State.connecting
    private var exchange: WireExchange?
    private var sent = 0
    private var answersGiven = 0
    private var parser: ResponseParser
    private var buffer = AnswerBuffer(usualCapacity: mostRecordBytes, leastRoom: mostRecordBytes)
    private let mostBufferBytes: Int
    private var timer: (id: TimerID, atNs: UInt64)?
    private var deadlineNs: UInt64 = 0
    private var waitsToWrite = false
    /// The answer on it made no sense: what follows on this connection could not be trusted.
    private var isDistrusted = false

    init(to endpoint: Endpoint, tag: ConnectionTag, transport: WireTransport) {
        self.endpoint = endpoint
        self.tag = tag
        self.transport = transport
        loop = transport.loop
        bornNs = transport.loop.nowNs
        link = CurlLink(
            to: endpoint, library: transport.library, settings: transport.settings, loop: transport.loop)
        var limits = ParserLimits()
        limits.maxBodyBytes = transport.settings.maxAnswerBytes
        parser = ResponseParser(limits: limits, isAnswerToHead: false)
        mostBufferBytes = limits.maxBodyBytes + 4 * Self.mostRecordBytes
    }

    // MARK: Requests

    func begin(_ exchange: WireExchange) {
        self.exchange = exchange
        let connectNs = UInt64(transport.settings.connectTimeoutMs) * 1_000_000
        setDeadline(min(exchange.request.deadlineNs, loop.readClockNs() + connectNs))
        link.connect(for: self)
    }

    /// Sends the next request on a connection that waited for one.
    func send(_ exchange: WireExchange) {
        self.exchange = exchange
        state = .busy
        sent = 0
        parser.reset(isAnswerToHead: false)
        setDeadline(exchange.request.deadlineNs)
        write()
    }

    private func write() {
        guard let exchange else { return }
        let size = exchange.request.bytes.count
        while sent < size {
            let moved = exchange.request.bytes.withUnsafeBytes {
                link.send(UnsafeRawBufferPointer(rebasing: $0[sent...]))
            }
            switch moved {
            case .bytes(let count): sent += count
            case .blocked:
                waitsToWrite = true
                if !link.wantsToWrite(true) { lost() }
                return
            // A server that refuses early may have answered before it closed.
            case .ended, .failed: return read(isLast: true)
            }
        }
        guard waitsToWrite else { return }
        waitsToWrite = false
        if !link.wantsToWrite(false) { lost() }
    }

    // MARK: What the link says

    func linkConnected() {
        guard state == .connecting, let exchange else { return close() }
        send(exchange)
    }

    func linkFailed(_ failure: WireFailure) { fail(failure) }

    func linkBecameReady() {
        if waitsToWrite { write() }
        read(isLast: false)
    }

    // MARK: Answers

    private func read(isLast: Bool) {
        for _ in 0..<Self.maxReadsPerTurn {
            guard state == .busy || state == .idle else { return }
            guard buffer.makeRoom(for: &parser, atMost: mostBufferBytes) else {
                return fail(.tooLarge, "the answer is larger than allowed")
            }
            let room = buffer.room
            switch link.receive(into: buffer.end, atMost: room) {
            case .blocked: return isLast ? lost() : ()
            case .ended: return ended(inOrder: true)
            case .failed: return ended(inOrder: false)
            case .bytes(let received):
                // Bytes that answer nothing: whatever they are, the next answer could not be trusted.
                guard state == .busy else { return close() }
                buffer.added(received)
                switch parser.advance(buffer.base, count: buffer.count) {
                case .needsMore: continue
                case .failed(let failure): return failed(failure)
                case .complete: return answered(isKept: parser.consumed == buffer.count && received < room)
                }
            }
        }
        // OpenSSL may hold decrypted bytes of which the kernel says nothing more.
        loop.runLater { [self] in read(isLast: isLast) }
    }

    /// The server has ended the connection, by its end or by a reset.
    private func ended(inOrder: Bool) {
        guard state == .busy else { return close() }
        guard buffer.count > 0 else { return lost() }
        // Only an orderly end is the end of a body without a length.
        guard inOrder, case .complete = parser.advanceToEnd() else {
            return fail(.connectionLost, "the connection ended within the answer")
        }
        answered(isKept: false)
    }

    private func failed(_ failure: ParseFailure) {
        switch failure.code {
        case .bodyTooLarge, .headersTooLarge: fail(.tooLarge, "the answer is larger than allowed")
        default: fail(.malformed, failure.detail.description)
        }
    }

    private func answered(isKept: Bool) {
        guard let answered = exchange else { return close() }
        let request = answered.request
        guard parser.bodyLength <= request.maxAnswerBytes else {
            return fail(.tooLarge, "the answer is larger than allowed")
        }
        guard !request.expectsJSON || saysJSON else { return fail(.wrongType, "the answer is not JSON") }
        answersGiven += 1
        let answer = WireAnswer(
            status: parser.statusCode,
            body: Array(
                UnsafeRawBufferPointer(start: buffer.base + parser.bodyStart, count: parser.bodyLength)),
            requestID: text(of: "x-amzn-requestid") ?? text(of: "x-amz-request-id"),
            dateMs: parser.statusCode == 200 ? nil : text(of: "date").flatMap(Self.epochMs), connection: tag)
        exchange = nil
        answered.finish(.success(answer))
        // Whoever was told may have ended the transport.
        guard state == .busy else { return }
        guard isKept, parser.keepsAlive, sent == request.bytes.count, !isDistrusted, !isOld else {
            return close()
        }
        becomeIdle()
    }

    private var isOld: Bool {
        loop.nowNs - bornNs > UInt64(transport.settings.connectionLifeSeconds) * 1_000_000_000
    }

    private func becomeIdle() {
        state = .idle
        buffer.forgetAnswer()
        setDeadline(loop.nowNs + UInt64(transport.settings.idleTimeoutSeconds) * 1_000_000_000)
        transport.becameIdle(self)
    }

    private var saysJSON: Bool {
        guard let type = header("content-type") else { return false }
        return ["application/x-amz-json", "application/json"].contains { (name: StaticString) in
            type.count >= name.utf8CodeUnitCount
                && strncasecmp(type.baseAddress, name.utf8Start, name.utf8CodeUnitCount) == 0
        }
    }

    /// The first value of a field.
    private func header(_ name: StaticString) -> (baseAddress: UnsafePointer<CChar>, count: Int)? {
        for field in parser.headers where field.name.count == name.utf8CodeUnitCount {
            let start = (buffer.base + field.name.lowerBound).assumingMemoryBound(to: CChar.self)
            guard strncasecmp(start, name.utf8Start, field.name.count) == 0 else { continue }
            let value = (buffer.base + field.value.lowerBound).assumingMemoryBound(to: CChar.self)
            return (UnsafePointer(value), field.value.count)
        }
        return nil
    }

    private func text(of name: StaticString) -> String? {
        header(name).map {
            String(decoding: UnsafeRawBufferPointer(start: $0.baseAddress, count: $0.count), as: UTF8.self)
        }
    }

    private static func epochMs(_ date: String) -> Int64? {
        let seconds = curl_getdate(date, nil)
        return seconds < 0 ? nil : Int64(seconds) * 1000
    }

    // MARK: Ends

    /// A kept connection that ended before it answered: the server may have closed it while the request was on its way,
    /// which is nobody's fault. Every call is safe to repeat, as AWS's own SDKs and libcurl do here.
    private func lost() {
        guard let exchange, answersGiven > 0, !exchange.wasRepeated else {
            return fail(.connectionLost, "the connection ended before the answer")
        }
        exchange.wasRepeated = true
        self.exchange = nil
        close(handingOver: exchange)
    }

    private func fail(_ code: WireFailure.Code, _ message: String) {
        let wasSent = exchange.map { sent == $0.request.bytes.count } ?? false
        fail(WireFailure(code: code, message: message, wasSent: wasSent))
    }

    private func fail(_ failure: WireFailure) {
        let failed = exchange
        exchange = nil
        close()
        failed?.finish(.failure(failure))
    }

    /// Deadlines mostly move away: the timer stays where it is and looks again when it fires.
    private func setDeadline(_ atNs: UInt64) {
        deadlineNs = atNs
        if let timer {
            if timer.atNs <= atNs { return }
            if loop.move(timer.id, toNs: atNs) { return self.timer = (timer.id, atNs) }
        }
        timer = (loop.arm(self, atNs: atNs), atNs)
    }

    func timerFired() {
        timer = nil
        guard loop.nowNs >= deadlineNs else { return setDeadline(deadlineNs) }
        switch state {
        case .connecting: fail(.cannotConnect, "no connection in time")
        case .busy: fail(.timedOut, "no answer in time")
        case .idle, .closed: close()
        }
    }

    /// What came over this connection made no sense. A request that has begun to use it meanwhile is not torn off.
    func distrust() {
        isDistrusted = true
        if state == .idle { close() }
    }

    /// The transport is closed: nobody gets an answer any more.
    func endWithTransport() {
        fail(WireFailure(code: .closed, message: "the calls were closed", wasSent: true))
    }

    func close(handingOver exchange: WireExchange? = nil) {
        guard state != .closed else { return }
        state = .closed
        if let timer { loop.cancel(timer.id) }
        timer = nil
        link.close()
        transport.ended(self, handingOver: exchange)
    }
}
