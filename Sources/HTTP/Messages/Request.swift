import Telemetry

/// A request as a handler sees it: a view of the connection's bytes. It cannot be copied or kept, because the
/// bytes are the next request's once the handler has answered.
package struct Request: ~Copyable {
    private let input: InputBuffer
    private let base: UnsafeRawPointer

    init(_ input: InputBuffer) {
        self.input = input
        base = UnsafeRawPointer(input.base + input.start)
    }

    package var method: Method { input.parser.head.method }
    package var id: RequestID { input.requestID }
    /// What the work for this request belongs to: its own span when it is traced, else what the caller said.
    package var trace: TraceContext? { input.trace }
    /// Nil unless this request is traced.
    package var span: Span? { input.span }
    package var peer: PeerAddress { input.peer }
    /// When the turn began in which it was whole, on the loop's clock.
    package var receivedNs: UInt64 { input.receivedNs }

    /// The path as it was sent, percent-encoding included; valid until the answer.
    package var path: UnsafeRawBufferPointer { slice(input.parser.head.path) }
    package var body: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + input.parser.head.bodyStart, count: input.parser.head.bodyLength)
    }

    /// The value of a header field, or nil; of one sent twice, the first. `name` is lower case.
    package func header(_ name: StaticString) -> UnsafeRawBufferPointer? {
        input.firstValue(of: name)
    }

    package func headerText(_ name: StaticString) -> String? {
        header(name).map { String(decoding: $0, as: UTF8.self) }
    }

    package func headerCount(_ name: StaticString) -> Int { input.parser.head.count(of: name, in: base) }

    /// What stands in the path where the route's pattern has its n-th name in braces.
    package func parameter(_ index: Int) -> UnsafeRawBufferPointer { slice(input.parameters[index]) }

    package func parameterText(_ index: Int) -> String { String(decoding: parameter(index), as: UTF8.self) }

    /// What follows the `?` as it was sent, or nil when there is none; valid until the answer.
    package var rawQuery: UnsafeRawBufferPointer? { input.parser.head.query.map { slice($0) } }

    /// The first value of a query parameter, decoded; nil when it is not there or not decodable.
    package func query(_ name: StaticString) -> String? {
        guard let range = input.parser.head.query else { return nil }
        return QueryText(slice(range)).value(of: name)
    }

    private func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    }
}
