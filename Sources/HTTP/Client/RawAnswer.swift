/// An answer where it was read, for whoever looks at little of it and copies less. It is gone when the call that was
/// given it returns.
package struct RawAnswer: ~Copyable {
    private let parser: ResponseParser
    private let base: UnsafeRawPointer

    init(_ parser: ResponseParser, in base: UnsafeRawPointer) {
        self.parser = parser
        self.base = base
    }

    package var status: Int { parser.statusCode }

    package var body: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + parser.bodyStart, count: parser.bodyLength)
    }

    /// The first value of a field; `name` is in lower case.
    package func header(_ name: StaticString) -> UnsafeRawBufferPointer? {
        for field in parser.headers where field.name.count == name.utf8CodeUnitCount {
            guard ASCII.equalsIgnoringCase(base + field.name.lowerBound, name) else { continue }
            return UnsafeRawBufferPointer(start: base + field.value.lowerBound, count: field.value.count)
        }
        return nil
    }

    func copied() -> ClientResponse {
        func text(_ range: Range<Int>) -> String {
            String(
                decoding: UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count),
                as: UTF8.self)
        }
        return ClientResponse(
            status: status, headers: parser.headers.map { (text($0.name), text($0.value)) },
            body: Array(body))
    }
}

/// Who takes an answer without a copy of it.
package protocol AnswerTaker: AnyObject {
    /// Called once an exchange, on the client's loop. The connection is not free yet: what is sent from in here goes
    /// over another one.
    func took(_ answer: borrowing RawAnswer, of exchange: Exchange)
    func failed(_ error: HTTPClientError, of exchange: Exchange)
}

extension ResponseParser {
    /// The complete answer, copied out of the bytes it was read from.
    func response(in base: UnsafeMutableRawPointer) -> ClientResponse { RawAnswer(self, in: base).copied() }
}
