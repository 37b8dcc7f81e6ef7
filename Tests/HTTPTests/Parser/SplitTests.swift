import HTTP
import Testing

/// The generator of the tests that draw: the same numbers in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

@Suite("However a request is cut")
struct SplitTests {
    @Test(
        "at any one place, byte by byte, or at two random places, it is the same request", arguments: corpus)
    func everySplit(text: String) {
        let bytes = Array(text.utf8)
        let whole = ParsedRequest.parsing(bytes)
        for cut in 0...bytes.count {
            let parts = ParsedRequest.parsing(bytes, cutAt: [cut])
            guard parts == whole else {
                Issue.record("cut at \(cut): \(parts) is not \(whole)")
                return
            }
        }
        #expect(ParsedRequest.parsing(bytes, cutAt: Array(0..<bytes.count)) == whole)
        var random = SplitMix(state: UInt64(bytes.count))
        for _ in 0..<200 {
            let cuts = [
                Int.random(in: 0...bytes.count, using: &random), .random(in: 0...bytes.count, using: &random),
            ]
            .sorted()
            #expect(ParsedRequest.parsing(bytes, cutAt: cuts) == whole, "cut at \(cuts)")
        }
    }

    private static let corpus: [String] = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET /public/events/demo?x=%20&y HTTP/1.1\r\nHost: a:80\r\nAccept: */*\r\nX:\r\n\r\n",
        "GET http://[::1]:80/a?b HTTP/1.1\r\nHost: a\r\nConnection: close, te\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\nhello\r\nworl",
        "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=\"b\"\r\n world\r\n0\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\nT: u\r\nV:\r\n\r\nGET /",
        "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n worl",
        "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\n0\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\rX0\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\nabc", "GET / HTTP/2.0\r\n\r\n",
        "GET /\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\u{0}\r\n\r\n", "\r\n\r\n\r\n", "HELO mail\r\n", "\r\nG", "",
    ]

    @Test(
        "squeezing out the framing of the chunks in between changes nothing", arguments: [1, 2, 3, 5, 8, 50])
    func compacting(piece: Int) {
        let text =
            "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\nhello\r\n1;ext=\"x\"\r\n \r\n5\r\nworld\r\n0\r\nTrailer: t\r\nOther: u\r\n\r\nNEXT"
        let bytes = Array(text.utf8)
        var parser = RequestParser(limits: ParserLimits())
        var buffer = [UInt8](repeating: 0x0a, count: bytes.count)
        var count = 0
        var fed = 0
        var progress = RequestParser.Progress.needsMore
        buffer.withUnsafeMutableBytes { buffer in
            while progress == .needsMore, fed < bytes.count {
                for byte in bytes[fed..<min(fed + piece, bytes.count)] {
                    buffer[count] = byte
                    count += 1
                }
                fed = min(fed + piece, bytes.count)
                progress = parser.advance(buffer.baseAddress!, count: count)
                if progress == .needsMore { count = parser.compact(buffer.baseAddress!, count: count) }
            }
            let head = parser.head
            #expect(progress == .complete)
            #expect(
                String(decoding: buffer[head.bodyStart..<head.bodyStart + head.bodyLength], as: UTF8.self)
                    == "hello world")
            // What came behind the request and is in the buffer already stays there.
            let behind = fed - (bytes.count - 4)
            #expect(count - parser.consumed == behind)
        }
    }
}
