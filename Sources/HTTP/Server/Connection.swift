import CLinux
import EventLoop
import Glibc
import Telemetry

/// One accepted connection: reads requests, has them answered in order, sends the answers. It lives on its
/// loop and, while idle, is little more than a descriptor and a deadline.
///
/// A request's bytes stay where they are from the moment its handler gets them until it has answered: while a
/// handler runs, nothing is read, moved or parsed.
final class Connection: EventSource, TimerTarget {
    // The server outlives its connections: it ends each of them before it goes. Safe, and it saves an atomic
    // count at every one of its uses.
    unowned(unsafe) let server: LoopServer
    let peer: PeerAddress
    /// Where the server keeps it, so that it is taken out without a search.
    var index = 0
    var input: InputBuffer?
    private var pending: PendingOutput?
    private var flags: Flags = []
    private var deadlineKind = Deadline.idle
    private var deadlineNs: UInt64 = 0
    private var timer: TimerID?
    private var timerNs: UInt64 = 0
    private var handlerTask: Task<Void, Never>?

    private struct Flags: OptionSet {
        let rawValue: UInt8
        /// A handler has the request at the front of the input.
        static let handling = Flags(rawValue: 1)
        /// The kernel has said there is more to read, and it was not read yet.
        static let unread = Flags(rawValue: 2)
        static let closesAfterWrite = Flags(rawValue: 4)
        /// Refused: what still comes is read and thrown away until the peer has seen the answer.
        static let lingers = Flags(rawValue: 8)
        /// The handler's time was up and the answer is given; what it says later is dropped.
        static let abandoned = Flags(rawValue: 16)
        static let headIsJudged = Flags(rawValue: 32)
        static let closed = Flags(rawValue: 64)
        /// The handler's task is being started: one that never waits ends inside the start.
        static let starting = Flags(rawValue: 128)
    }

    private static let maxReadsPerTurn = 16
    private static let maxRequestsPerTurn = 128

    init(descriptor: Int32, peer: PeerAddress, server: LoopServer) {
        self.peer = peer
        self.server = server
        super.init(descriptor: descriptor)
    }

    var isIdle: Bool { input == nil && pending == nil && !flags.contains(.handling) }

    func begin() { setDeadline(.idle, afterMs: server.settings.idleTimeoutMs) }

    // MARK: Events

    override func becameReady(_ events: EventSet) {
        guard !events.contains(.failed), !events.contains(.hungUp) else { return close() }
        if events.contains(.writable), pending != nil { resumeWriting() }
        guard events.contains(.readable) || events.contains(.peerClosed), !flags.contains(.closed) else {
            return
        }
        flags.insert(.unread)
        receive()
    }

    /// Reads and answers until the kernel has no more, or a handler or the peer's slowness stops it.
    private func receive() {
        for _ in 0..<Self.maxReadsPerTurn {
            guard flags.contains(.unread), flags.isDisjoint(with: [.handling, .closed]), pending == nil else {
                return
            }
            guard !flags.contains(.lingers) else { return discardInput() }
            let input = takeInput()
            guard input.makeRoom(maxCapacity: server.inputPool.maxCapacity) else {
                // Every limit of the parser is below the buffer's size, so it has refused before this.
                return close()
            }
            let room = input.capacity - input.end
            let count = recv(descriptor, input.base + input.end, room, 0)
            guard count > 0 else { return receivedNothing(count) }
            input.end += count
            if count < room { flags.remove(.unread) }
            process()
        }
        // The others' turn; the rest of this one's bytes comes in the next.
        server.loop.runLater { [self] in receive() }
    }

    private func receivedNothing(_ count: Int) {
        if count < 0, errno == EAGAIN || errno == EINTR {
            flags.remove(.unread)
            return rest()
        }
        close()
    }

    private func takeInput() -> InputBuffer {
        if let input { return input }
        let taken = server.inputPool.take()
        taken.peer = peer
        input = taken
        return taken
    }

    // MARK: Requests

    /// Answers what stands in the input, then sends all of it in one call.
    private func process() {
        var answered = 0
        while let input, !input.isEmpty, flags.isDisjoint(with: [.handling, .closed, .closesAfterWrite]),
            pending == nil
        {
            guard answered < Self.maxRequestsPerTurn else {
                flush()
                return server.loop.runLater { [self] in processMore() }
            }
            switch input.parse() {
            case .complete:
                answered += 1
                dispatch(input)
            case .failed(let failure):
                refuse(input, Problem(failure))
            case .needsMore:
                guard input.parser.isHeadComplete, !flags.contains(.headIsJudged) else { return wait(input) }
                judgeHead(input)
            }
            if server.output.count > OutputBuffer.flushThresholdBytes { flush() }
        }
        flush()
        rest()
    }

    private func processMore() {
        guard flags.isDisjoint(with: [.handling, .closed]), pending == nil else { return }
        process()
        receive()
    }

    /// A request that is not whole yet: from its first byte on it has a time to arrive in.
    private func wait(_ input: InputBuffer) {
        flush()
        guard !flags.contains(.closed), pending == nil else { return }
        if input.parser.isHeadComplete {
            if deadlineKind != .body { setDeadline(.body, afterMs: server.settings.bodyTimeoutMs) }
        } else if deadlineKind != .head {
            setDeadline(.head, afterMs: server.settings.headTimeoutMs)
        }
    }

    /// Between requests: gives the buffer back, so that ten thousand idle connections need none.
    private func rest() {
        guard flags.isDisjoint(with: [.handling, .closesAfterWrite, .closed]), pending == nil else { return }
        if let input {
            guard input.isEmpty else { return }
            giveBackInput()
        }
        guard !server.isDraining else { return close() }
        setDeadline(.idle, afterMs: server.settings.idleTimeoutMs)
    }

    /// The head is here, the body is not. Who waits to be asked for the body is asked, or told at once that
    /// nobody wants it.
    private func judgeHead(_ input: InputBuffer) {
        flags.insert(.headIsJudged)
        guard input.parser.head.expectsContinue, input.parser.head.minorVersion == 1 else { return }
        switch server.router.match(input) {
        case .endpoint: server.output.append("HTTP/1.1 100 Continue\r\n\r\n")
        case .methodNotAllowed(let allow): refuse(input, .methodNotAllowed(allow: allow))
        case .notFound: refuse(input, .notFound())
        }
    }

    private func dispatch(_ input: InputBuffer) {
        server.stamp(input)
        switch server.router.match(input) {
        case .endpoint(let endpoint): call(endpoint, input)
        case .methodNotAllowed(let allow):
            answer(input, server.router.unmatched, .methodNotAllowed(allow: allow))
        case .notFound: answer(input, server.router.unmatched, .notFound())
        }
    }

    private func call(_ endpoint: Endpoint, _ input: InputBuffer) {
        switch endpoint.handler {
        case .immediate(let handler):
            do throws(Problem) {
                answer(input, endpoint, try handler(Request(input)))
            } catch {
                answer(input, endpoint, error)
            }
        case .suspending(let handler): start(handler, endpoint, input)
        case .cached(let readyAnswer, let handler):
            do throws(Problem) {
                if let response = try readyAnswer(Request(input)) { return answer(input, endpoint, response) }
            } catch {
                return answer(input, endpoint, error)
            }
            start(handler, endpoint, input)
        }
    }

    private func start(_ handler: @escaping SuspendingHandler, _ endpoint: Endpoint, _ input: InputBuffer) {
        guard server.load.enterRequest(atMost: server.settings.maxRequestsInFlight) else {
            server.metrics.overloaded.add()
            return answer(input, endpoint, .overloaded)
        }
        start(HandlerCall(connection: self, endpoint: endpoint, input: input, handler: handler))
    }

    /// Runs a handler up to its first wait at once; only one that waits gets a deadline and is kept.
    private func start(_ call: HandlerCall) {
        flags.formUnion([.handling, .starting])
        let bound = LoopBound(call, on: server.loop)
        let task = Task.immediate(executorPreference: server.loop) { await bound.value.run() }
        flags.remove(.starting)
        guard flags.contains(.handling) else { return }
        handlerTask = task
        setDeadline(.handler, afterMs: server.settings.handlerTimeoutMs)
    }

    /// What a handler's task does, from the request to its answer.
    private struct HandlerCall {
        let connection: Connection
        let endpoint: Endpoint
        let input: InputBuffer
        let handler: SuspendingHandler

        func run() async {
            do throws(Problem) {
                let response = try await handler(Request(input))
                connection.handlerEnded(endpoint, input, response)
            } catch {
                connection.handlerEnded(
                    endpoint, input, error.response(requestID: input.requestID.description))
            }
        }
    }

    private func handlerEnded(_ endpoint: Endpoint, _ input: InputBuffer, _ response: borrowing Response) {
        server.load.leaveRequest()
        handlerTask = nil
        flags.remove(.handling)
        guard flags.isDisjoint(with: [.closed, .abandoned]) else {
            // The bytes could not be given back while the handler read them.
            self.input = nil
            return
        }
        answer(input, endpoint, response)
        // Inside the start the caller goes on with what stands behind this request.
        guard !flags.contains(.starting) else { return }
        process()
        receive()
    }

    private func answer(_ input: InputBuffer, _ endpoint: Endpoint, _ problem: Problem) {
        answer(input, endpoint, problem.response(requestID: input.requestID.description))
    }

    private func answer(_ input: InputBuffer, _ endpoint: Endpoint, _ response: borrowing Response) {
        let keepsAlive = input.parser.head.keepsAlive && !server.isDraining
        if !keepsAlive { flags.insert(.closesAfterWrite) }
        let body = server.encode(response, for: input, keepsAlive: keepsAlive)
        server.note(input, endpoint, response.status)
        flags.remove(.headIsJudged)
        // What stands behind this request, whole or not, has a deadline of its own.
        deadlineKind = .idle
        input.advance()
        if let body { flush(body) }
    }

    /// Answers something that cannot be a request, or will not be read to its end, and ends the connection.
    private func refuse(_ input: InputBuffer, _ problem: Problem) {
        server.stamp(input)
        let response = problem.response(requestID: input.requestID.description)
        flags.formUnion([.closesAfterWrite, .lingers])
        _ = server.encode(response, for: input, keepsAlive: false)
        server.note(input, server.router.unmatched, response.status)
        input.clear()
    }

    // MARK: Sending

    private func flush(_ body: LargeBody? = nil) {
        guard !server.output.isEmpty, !flags.contains(.closed) else { return server.output.clear() }
        let (progress, rest) = PendingOutput.send(server.output, body, to: descriptor)
        server.output.clear()
        switch progress {
        case .finished: finishedWriting()
        case .failed: close()
        case .blocked:
            pending = rest
            setDeadline(.write, afterMs: server.settings.writeTimeoutMs)
        }
    }

    private func resumeWriting() {
        switch pending?.resume(to: descriptor) {
        case .blocked, nil: return
        case .failed: return close()
        case .finished: pending = nil
        }
        finishedWriting()
        guard flags.isDisjoint(with: [.closed, .lingers]) else { return }
        process()
        receive()
    }

    private func finishedWriting() {
        guard flags.contains(.closesAfterWrite) else { return }
        guard flags.contains(.lingers) else { return close() }
        clinux_end_sending(descriptor)
        giveBackInput()
        setDeadline(.linger, afterMs: server.settings.lingerTimeoutMs)
        flags.insert(.unread)
        discardInput()
    }

    private func discardInput() {
        withUnsafeTemporaryAllocation(byteCount: 8_192, alignment: 16) { scratch in
            for _ in 0..<Self.maxReadsPerTurn {
                let count = recv(descriptor, scratch.baseAddress!, scratch.count, 0)
                if count > 0 { continue }
                if count < 0, errno == EAGAIN { return }
                return close()
            }
            // It sends faster than it is thrown away: it is not reading the answer either.
            close()
        }
    }

    // MARK: Deadlines and the end

    private func setDeadline(_ kind: Deadline, afterMs milliseconds: UInt64) {
        deadlineKind = kind
        deadlineNs = server.loop.nowNs + milliseconds * 1_000_000
        // A timer that fires too early looks at the deadline and goes on waiting: most requests then move no timer.
        guard timer == nil || deadlineNs < timerNs else { return }
        armTimer()
    }

    private func armTimer() {
        timerNs = deadlineNs
        if let timer, server.loop.move(timer, toNs: timerNs) { return }
        timer = server.loop.arm(self, atNs: timerNs)
    }

    func timerFired() {
        timer = nil
        guard !flags.contains(.closed) else { return }
        guard server.loop.nowNs >= deadlineNs else { return armTimer() }
        server.metrics.countTimeout(deadlineKind)
        switch deadlineKind {
        case .idle, .write, .linger: close()
        case .head, .body:
            guard let input else { return close() }
            refuse(input, .requestTimeout)
            flush()
        case .handler:
            guard let input else { return close() }
            flags.formUnion([.abandoned, .closesAfterWrite])
            handlerTask?.cancel()
            let problem = Problem.unavailable("This took too long; retry with the same Idempotency-Key.")
            let response = problem.response(requestID: input.requestID.description)
            _ = server.encode(response, for: input, keepsAlive: false)
            server.note(input, server.router.unmatched, response.status)
            flush()
        }
    }

    /// Ends the connection now. A handler that still runs goes on to its end and is not heard.
    func close() {
        guard !flags.contains(.closed) else { return }
        flags.insert(.closed)
        if let timer { server.loop.cancel(timer) }
        timer = nil
        pending = nil
        server.loop.unwatch(self)
        Glibc.close(descriptor)
        giveBackInput()
        server.ended(self)
    }

    private func giveBackInput() {
        guard !flags.contains(.handling), let input else { return }
        self.input = nil
        server.inputPool.giveBack(input)
    }
}
