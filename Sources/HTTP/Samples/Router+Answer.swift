import Telemetry

extension Router {
    func match(_ input: InputBuffer) -> Match {
        match(
            input.parser.head.method, path: input.parser.head.path, in: input.base + input.start,
            parameters: &input.parameters)
    }

    /// Answers a sample as a server does, and reads the answer as a client does: routing, the handler, a thrown
    /// `Problem` and the bytes that leave are the real ones; only the connection is missing.
    package func answer(_ sample: RequestSample) async -> ClientResponse {
        let input = sample.makeInput()
        switch match(input) {
        case .notFound: return read(Problem.notFound(), input)
        case .methodNotAllowed(let allow): return read(Problem.methodNotAllowed(allow: allow), input)
        case .endpoint(let endpoint):
            do throws(Problem) {
                switch endpoint.handler {
                case .immediate(let handler): return read(try handler(Request(input)), input)
                case .suspending(let handler): return read(try await handler(Request(input)), input)
                case .cached(let readyAnswer, let handler):
                    if let response = try readyAnswer(Request(input)) { return read(response, input) }
                    return read(try await handler(Request(input)), input)
                }
            } catch {
                return read(error, input)
            }
        }
    }

    private func read(_ problem: Problem, _ input: InputBuffer) -> ClientResponse {
        read(problem.response(requestID: input.requestID.description), input)
    }

    private func read(_ response: borrowing Response, _ input: InputBuffer) -> ClientResponse {
        let output = OutputBuffer()
        var encoder = ResponseEncoder(output: output)
        let isHead = input.parser.head.method == .head
        let body = encoder.write(response, for: input, keepsAlive: true, isHead: isHead, nowNs: 0)
        if let body { output.append(Array(body.bytes[body.start...])) }
        var limits = ParserLimits()
        limits.maxBodyBytes = output.count
        var parser = ResponseParser(limits: limits, isAnswerToHead: isHead)
        guard case .complete = parser.advance(output.base, count: output.count) else {
            preconditionFailure("an answer was encoded that cannot be read")
        }
        return parser.response(in: output.base)
    }
}
