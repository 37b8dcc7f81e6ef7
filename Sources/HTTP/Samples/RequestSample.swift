import Telemetry

/// A request without a connection: what a handler is given, for the tests of handlers and routes.
///
///     let answer = await router.answer(RequestSample(.get, "/public/events/demo"))
///     try await RequestSample(.get, "/events/demo").withRequest(pattern: "/events/{event}") { request in … }
package struct RequestSample: Sendable {
    /// As they would come from a socket.
    package let bytes: [UInt8]
    /// Who sent it; what is limited by address looks here.
    package var peer = PeerAddress.unknown

    /// Bytes of a whole request, as they are.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Adds Host, and Content-Length where there is a body, unless they are given.
    package init(
        _ method: Method, _ target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        var text = "\(method.name) \(target) HTTP/1.1\r\n"
        let names = Set(headers.map { $0.name.lowercased() })
        if !names.contains("host") { text += "Host: ticket.test\r\n" }
        for header in headers { text += "\(header.name): \(header.value)\r\n" }
        if !body.isEmpty, names.isDisjoint(with: ["content-length", "transfer-encoding"]) {
            text += "Content-Length: \(body.count)\r\n"
        }
        bytes = Array((text + "\r\n").utf8) + body
    }

    /// Calls the body with the request. `pattern` is the route's and says where the parameters are.
    package func withRequest<Result, Failure: Error>(
        pattern: String? = nil,
        _ body: nonisolated(nonsending) (borrowing Request) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let input = makeInput()
        if let pattern {
            let router = Router(metrics: MetricsRegistry())
            router.on(input.parser.head.method, pattern, .immediate { _ throws(Problem) in Response(.ok) })
            guard case .endpoint = router.match(input) else {
                preconditionFailure("the sample's path does not fit \(pattern)")
            }
        }
        return try await body(Request(input))
    }

    /// The request parsed, in a buffer of its own. A sample is written by whoever wrote the test: one that is
    /// no valid request is a mistake there.
    func makeInput() -> InputBuffer {
        var limits = ParserLimits()
        limits.maxBodyBytes = max(limits.maxBodyBytes, bytes.count)
        let input = InputBuffer(limits: limits, capacity: max(bytes.count, 1))
        bytes.withUnsafeBytes { input.append($0) }
        guard case .complete = input.parse() else { preconditionFailure("the sample is no whole request") }
        var source = RequestIDSource(random: 1)
        input.requestID = source.next()
        input.peer = peer
        input.callersTrace = input.parser.head.firstValue(of: "traceparent", in: input.base)
            .flatMap { TraceContext(parsing: $0) }
        return input
    }
}
