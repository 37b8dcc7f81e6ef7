import EventLoop
import Telemetry

/// From bytes to answers.
extension Connection {
    /// Answers what stands in the input, then sends all of it in one call.
    func process() {
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
        running = RunningHandler(task: task, endpoint: call.endpoint, server: server)
        setDeadline(.handler, afterMs: server.settings.handlerTimeoutMs)
    }

    func handlerEnded(_ endpoint: Endpoint, _ input: InputBuffer, _ response: borrowing Response) {
        // It may be the last to hold the server.
        let ended = running.take()
        defer { withExtendedLifetime(ended) {} }
        server.load.leaveRequest()
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
        guard !response.hangsUp else {
            // What was answered before it on this connection still goes out.
            flush()
            return close()
        }
        guard response.isWritable else {
            server.logger.error("an answer holds a header value with a control character")
            return answer(input, endpoint, .internal())
        }
        let keepsAlive = input.parser.head.keepsAlive && !server.isDraining
        let body = server.encode(response, for: input, keepsAlive: keepsAlive)
        server.note(input, endpoint, response.status)
        flags.remove(.headIsJudged)
        // What stands behind this request, whole or not, has a deadline of its own.
        deadlineKind = .idle
        input.advance()
        if !keepsAlive {
            flags.insert(.closesAfterWrite)
            // To close with bytes unread would reset the connection, and the peer might lose the answer.
            if server.isDraining || !input.isEmpty || flags.contains(.unread) { flags.insert(.lingers) }
        }
        if let body { flush(body) }
    }

    /// Answers something that cannot be a request, or will not be read to its end, and ends the connection.
    func refuse(_ input: InputBuffer, _ problem: Problem) {
        server.stamp(input)
        let response = problem.response(requestID: input.requestID.description)
        flags.formUnion([.closesAfterWrite, .lingers])
        _ = server.encode(response, for: input, keepsAlive: false)
        server.note(input, server.router.unmatched, response.status)
        input.clear()
    }

    /// One connection more than allowed: it is told so, whatever it wants.
    func turnAway() {
        let input = server.inputPool.take()
        self.input = input
        server.stamp(input)
        flags.formUnion([.closesAfterWrite, .lingers])
        let response = Problem.overloaded.response(requestID: input.requestID.description)
        _ = server.encode(response, for: input, keepsAlive: false)
        flush()
    }

    /// The handler's time is up. Its request's bytes stay until it ends; what it then says is not heard.
    func abandon(_ input: InputBuffer) {
        flags.formUnion([.abandoned, .closesAfterWrite, .lingers])
        running?.task.cancel()
        let problem = Problem.unavailable("This took too long; retry with the same Idempotency-Key.")
        let response = problem.response(requestID: input.requestID.description)
        _ = server.encode(response, for: input, keepsAlive: false)
        server.note(input, running?.endpoint ?? server.router.unmatched, response.status)
        flush()
    }
}

/// What a handler's task does, from the request to its answer.
struct HandlerCall {
    let connection: Connection
    let endpoint: Endpoint
    let input: InputBuffer
    let handler: SuspendingHandler

    func run() async {
        guard let span = input.span else { return await answer() }
        await Span.$current.withValue(span) { await answer() }
    }

    private func answer() async {
        do throws(Problem) {
            let response = try await handler(Request(input))
            connection.handlerEnded(endpoint, input, response)
        } catch {
            connection.handlerEnded(endpoint, input, error.response(requestID: input.requestID.description))
        }
    }
}

/// A handler that waits for something.
struct RunningHandler {
    let task: Task<Void, Never>
    let endpoint: Endpoint
    /// Kept for the handler's end, which may come after that of the connection.
    let server: LoopServer
}
