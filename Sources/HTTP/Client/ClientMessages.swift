import Telemetry

/// A request to another server. The client adds Host and Content-Length.
package struct ClientRequest: Sendable {
    package var method: Method
    /// Path and query, as they go on the wire.
    package var target: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// Goes out as `traceparent`, so that the peer's work is found under the same trace.
    package var trace: TraceContext?
    /// From the call to the last byte of the answer, waiting for a connection included.
    package var timeoutMs: UInt64?

    package init(
        _ method: Method, _ target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// Sending it a second time does what sending it once does, so a connection that turns out to be dead
    /// costs a retry and not an error.
    var isRepeatable: Bool {
        switch method {
        case .get, .head, .options, .put, .delete: true
        default: false
        }
    }

    func encoded(host: String) -> [UInt8] {
        var text = "\(method.name) \(target) HTTP/1.1\r\nHost: \(host)\r\n"
        if let trace {
            let bytes = [UInt8](unsafeUninitializedCapacity: 55) { buffer, count in
                trace.write(into: UnsafeMutableRawPointer(buffer.baseAddress!))
                count = 55
            }
            text += "traceparent: \(String(decoding: bytes, as: UTF8.self))\r\n"
        }
        for header in headers { text += "\(header.name): \(header.value)\r\n" }
        if !body.isEmpty || method == .post || method == .put || method == .patch {
            text += "Content-Length: \(body.count)\r\n"
        }
        text += "\r\n"
        return Array(text.utf8) + body
    }
}

/// The answer to a `ClientRequest`, whole.
package struct ClientResponse: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// The first value of a field, whatever the case of its name.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    package var text: String { String(decoding: body, as: UTF8.self) }
}

extension ResponseParser {
    /// The complete answer, copied out of the bytes it was read from.
    func response(in base: UnsafeMutableRawPointer) -> ClientResponse {
        func text(_ range: Range<Int>) -> String {
            String(
                decoding: UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count),
                as: UTF8.self)
        }
        return ClientResponse(
            status: statusCode, headers: headers.map { (text($0.name), text($0.value)) },
            body: Array(UnsafeRawBufferPointer(start: base + bodyStart, count: bodyLength)))
    }
}
