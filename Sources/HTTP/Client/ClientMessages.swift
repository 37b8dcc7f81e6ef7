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

    /// As it goes on the wire; nil when the target or a field would end early or begin another: what is sent here
    /// may come from a caller's caller.
    func encoded(host: String) -> [UInt8]? {
        guard isWritable else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + target.utf8.count + 64 * headers.count + body.count)
        bytes.append(text: method.name.description)
        bytes.append(text: " ")
        bytes.append(text: target)
        bytes.append(text: " HTTP/1.1\r\n")
        bytes.append(field: "Host", host)
        if let trace {
            bytes.append(text: "traceparent: ")
            bytes += [UInt8](unsafeUninitializedCapacity: TraceContext.length) { buffer, count in
                trace.write(into: UnsafeMutableRawPointer(buffer.baseAddress!))
                count = TraceContext.length
            }
            bytes.append(text: "\r\n")
        }
        for header in headers { bytes.append(field: header.name, header.value) }
        if !body.isEmpty || method == .post || method == .put || method == .patch {
            bytes.append(field: "Content-Length", String(body.count))
        }
        bytes.append(text: "\r\n")
        bytes += body
        return bytes
    }

    private var isWritable: Bool {
        guard !target.isEmpty, target.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return false }
        return headers.allSatisfy { name, value in
            !name.isEmpty && name.utf8.allSatisfy(ByteClass.isToken)
                && value.utf8.allSatisfy { ($0 >= 0x20 || $0 == 0x09) && $0 != 0x7f }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(text: String) { append(contentsOf: text.utf8) }

    fileprivate mutating func append(field name: String, _ value: String) {
        append(text: name)
        append(text: ": ")
        append(text: value)
        append(text: "\r\n")
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
