import HTTP
import Testing

@Suite("The limits of a request")
struct RequestLimitTests {
    private func limits(_ change: (inout ParserLimits) -> Void) -> ParserLimits {
        var limits = ParserLimits()
        change(&limits)
        return limits
    }

    private func end(_ text: String, _ limits: ParserLimits) -> ParsedRequest.End {
        let whole = ParsedRequest.parsing(Array(text.utf8), limits: limits)
        let byBytes = ParsedRequest.parsing(
            Array(text.utf8), cutAt: Array(0..<text.utf8.count), limits: limits)
        #expect(whole == byBytes)
        return whole.end
    }

    @Test("the request line may be as long as the limit, CR LF included, and not a byte longer")
    func requestLine() {
        let limits = limits { $0.maxRequestLineBytes = 100 }
        // "GET / HTTP/1.1" and CR LF are 16 bytes.
        let most = "GET /\(String(repeating: "a", count: 84)) HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(end(most, limits) == .complete)
        let more = "GET /\(String(repeating: "a", count: 85)) HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(end(more, limits) == .refused(.requestLineTooLong))
        #expect(end(String(repeating: "a", count: 99), limits) == .needsMore)
        #expect(end(String(repeating: "a", count: 100), limits) == .refused(.requestLineTooLong))
    }

    @Test("the header fields may be as large as the limit, and not a byte larger")
    func headerBytes() {
        let limits = limits { $0.maxHeaderBytes = 100 }
        // "Host: a" with CR LF is 9 bytes, "A: " with CR LF 5, the empty line 2.
        func head(_ count: Int) -> String {
            "GET / HTTP/1.1\r\nHost: a\r\nA: \(String(repeating: "b", count: count - 16))\r\n\r\n"
        }
        #expect(end(head(100), limits) == .complete)
        #expect(end(head(101), limits) == .refused(.headersTooLarge))
        #expect(end(head(102), limits) == .refused(.headersTooLarge))
        #expect(end(head(500), limits) == .refused(.headersTooLarge))
        let endless = "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "a", count: 91)
        #expect(end(endless, limits) == .refused(.headersTooLarge))
        #expect(end(String(endless.dropLast()), limits) == .needsMore)
    }

    @Test("there may be as many fields as the limit, and not one more")
    func headerCount() {
        let limits = limits { $0.maxHeaderCount = 10 }
        func head(_ count: Int) -> String {
            "GET / HTTP/1.1\r\nHost: a\r\n"
                + (1..<count).map { "A\($0): b\r\n" }.joined() + "\r\n"
        }
        #expect(end(head(10), limits) == .complete)
        #expect(end(head(11), limits) == .refused(.headersTooLarge))
    }

    @Test("the most fields and the largest head that a parser takes are kept whole")
    func mostHeaders() {
        let limits = limits {
            $0.maxHeaderCount = ParserLimits.mostHeaders
            $0.maxRequestLineBytes = 15_000
            $0.maxHeaderBytes = 50_000
        }
        let path = "/" + String(repeating: "p", count: 14_900)
        let fields = (0..<127).map { "Name-\($0): \(String(repeating: "v", count: 380))" }
        let text = "GET \(path) HTTP/1.1\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
        let parsed = ParsedRequest.parsing(Array(text.utf8), limits: limits)
        #expect(parsed.end == .complete)
        #expect(parsed.path == path)
        #expect(parsed.fields.last == "Name-126=\(String(repeating: "v", count: 380))")
        #expect(parsed.fields.count == 128)
    }

    @Test("a sized body may be as large as the limit, and not a byte larger")
    func sizedBody() {
        let limits = limits { $0.maxBodyBytes = 50 }
        func post(_ count: Int) -> String {
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n\(String(repeating: "b", count: count))"
        }
        #expect(end(post(50), limits) == .complete)
        #expect(end(post(51), limits) == .refused(.bodyTooLarge))
    }

    @Test("a chunked body may be as large as the limit, and not a byte larger, however it is cut")
    func chunkedBody() {
        let limits = limits { $0.maxBodyBytes = 50 }
        func post(_ sizes: [Int]) -> String {
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + sizes.map { "\(String($0, radix: 16))\r\n\(String(repeating: "b", count: $0))\r\n" }
                .joined()
                + "0\r\n\r\n"
        }
        #expect(end(post([50]), limits) == .complete)
        #expect(end(post([20, 20, 10]), limits) == .complete)
        #expect(end(post([51]), limits) == .refused(.bodyTooLarge))
        #expect(end(post([20, 20, 11]), limits) == .refused(.bodyTooLarge))
        #expect(end(post(Array(repeating: 1, count: 50)), limits) == .complete)
        #expect(end(post(Array(repeating: 1, count: 51)), limits) == .refused(.bodyTooLarge))
    }

    @Test("the size line of a chunk and the trailers have an end")
    func chunkFraming() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let most = head + "1;a=" + String(repeating: "b", count: 250) + "\r\na\r\n0\r\n\r\n"
        #expect(end(most, ParserLimits()) == .complete)
        let more = head + "1;a=" + String(repeating: "b", count: 251) + "\r\na\r\n0\r\n\r\n"
        #expect(end(more, ParserLimits()) == .refused(.invalid))
        let limits = limits { $0.maxHeaderBytes = 100 }
        let trailers = head + "0\r\n" + "A: \(String(repeating: "b", count: 93))\r\n\r\n"
        #expect(end(trailers, limits) == .complete)
        #expect(
            end(head + "0\r\n" + "A: \(String(repeating: "b", count: 94))\r\n\r\n", limits)
                == .refused(.headersTooLarge))
    }

    @Test("a body in thousands of tiny chunks costs more framing than it is worth and is refused")
    func manyChunks() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunk = "1;aaaaaaaaaaaaaaaa\r\nb\r\n"
        let text = head + String(repeating: chunk, count: 1_000) + "0\r\n\r\n"
        #expect(ParsedRequest.parsing(Array(text.utf8)).end == .refused(.bodyTooLarge))
    }
}
