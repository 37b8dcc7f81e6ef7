import HTTP
import Testing

/// What a parser makes of some bytes, in a form that can be compared and printed.
struct ParsedRequest: Equatable {
    enum End: Equatable {
        case needsMore
        case complete
        case refused(ParseFailure.Code)
    }

    var end: End
    var detail = ""
    var method = Method.other
    var minorVersion: UInt8 = 1
    var path = ""
    var query: String?
    var fields: [String] = []
    var body: [UInt8] = []
    var keepsAlive = true
    var expectsContinue = false
    var consumed = 0

    /// Feeds the bytes cut at these places. What is not fed yet is line feeds, so that a parser that looks past the
    /// end is led astray.
    static func parsing(
        _ bytes: [UInt8], cutAt cuts: [Int] = [], limits: ParserLimits = ParserLimits()
    ) -> ParsedRequest {
        var parser = RequestParser(limits: limits)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 64, alignment: 16)
        defer { buffer.deallocate() }
        buffer.initializeMemory(as: UInt8.self, repeating: 0x0a)
        var progress = RequestParser.Progress.needsMore
        var start = 0
        for end in cuts + [bytes.count] {
            for index in start..<max(start, end) { buffer[index] = bytes[index] }
            start = max(start, end)
            progress = parser.advance(buffer.baseAddress!, count: end)
            guard progress == .needsMore else { break }
        }
        return ParsedRequest(parser, progress, UnsafeRawBufferPointer(buffer))
    }

    private init(_ parser: RequestParser, _ progress: RequestParser.Progress, _ bytes: UnsafeRawBufferPointer)
    {
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        switch progress {
        case .needsMore: end = .needsMore
        case .complete: end = .complete
        case .failed(let failure):
            end = .refused(failure.code)
            detail = failure.detail.description
            return
        }
        let head = parser.head
        method = head.method
        minorVersion = head.minorVersion
        guard case .complete = progress else { return }
        path = text(head.path)
        query = head.query.map(text)
        fields = (0..<head.headerCount).map { index in
            let (name, value) = head.header(at: index, in: bytes.baseAddress!)
            return "\(String(decoding: name, as: UTF8.self))=\(String(decoding: value, as: UTF8.self))"
        }
        body = Array(bytes[head.bodyStart..<(head.bodyStart + head.bodyLength)])
        keepsAlive = head.keepsAlive
        expectsContinue = head.expectsContinue
        consumed = parser.consumed
    }
}

/// Bytes of a test request, and what has to become of them.
struct ParserCase: CustomTestStringConvertible {
    let bytes: [UInt8]
    let end: ParsedRequest.End

    var testDescription: String { String(decoding: bytes.prefix(120), as: UTF8.self).debugDescription }

    static func good(_ text: String) -> ParserCase { ParserCase(bytes: Array(text.utf8), end: .complete) }

    static func bad(_ text: String, _ code: ParseFailure.Code = .invalid) -> ParserCase {
        ParserCase(bytes: Array(text.utf8), end: .refused(code))
    }

    static func open(_ text: String) -> ParserCase { ParserCase(bytes: Array(text.utf8), end: .needsMore) }

    /// A GET with this request line and a Host.
    static func goodLine(_ line: String) -> ParserCase { good("\(line)\r\nHost: a\r\n\r\n") }
    static func badLine(_ line: String, _ code: ParseFailure.Code = .invalid) -> ParserCase {
        bad("\(line)\r\nHost: a\r\n\r\n", code)
    }

    /// A GET with this line among its fields.
    static func goodField(_ field: String) -> ParserCase {
        good("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
    }
    static func badField(_ field: String, _ code: ParseFailure.Code = .invalid) -> ParserCase {
        bad("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n", code)
    }

    /// A POST with these framing fields and these bytes behind its head.
    static func goodBody(_ fields: String, _ body: String) -> ParserCase {
        good("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)")
    }
    static func badBody(_ fields: String, _ body: String, _ code: ParseFailure.Code = .invalid) -> ParserCase
    {
        bad("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)", code)
    }

    /// A POST with a chunked body of these bytes.
    static func goodChunks(_ body: String) -> ParserCase { goodBody("Transfer-Encoding: chunked", body) }
    static func badChunks(_ body: String, _ code: ParseFailure.Code = .invalid) -> ParserCase {
        badBody("Transfer-Encoding: chunked", body, code)
    }

    func check(limits: ParserLimits = ParserLimits()) {
        let parsed = ParsedRequest.parsing(bytes, limits: limits)
        #expect(parsed.end == end, "\(parsed.detail)")
    }
}
