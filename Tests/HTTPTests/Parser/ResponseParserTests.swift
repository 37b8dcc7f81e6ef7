import HTTP
import Testing

@Suite("Reading an answer")
struct ResponseParserTests {
    struct Parsed: Equatable {
        var end: String
        var status = 0
        var fields: [String] = []
        var body = ""
        var keepsAlive = true
        var consumed = 0

        init(
            _ answer: String, cutAt cuts: [Int] = [], isAnswerToHead: Bool = false, closes: Bool = false,
            limits: ParserLimits = ParserLimits()
        ) {
            let bytes = Array(answer.utf8)
            var parser = ResponseParser(limits: limits, isAnswerToHead: isAnswerToHead)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 16, alignment: 16)
            defer { buffer.deallocate() }
            buffer.initializeMemory(as: UInt8.self, repeating: 0x0a)
            var progress = ResponseParser.Progress.needsMore
            var start = 0
            for end in cuts + [bytes.count] where progress == .needsMore {
                for index in start..<end { buffer[index] = bytes[index] }
                start = end
                progress = parser.advance(buffer.baseAddress!, count: end)
            }
            if closes { progress = parser.advanceToEnd() }
            switch progress {
            case .needsMore:
                end = "needs more"
                return
            case .failed(let failure):
                end = "\(failure.code)"
                return
            case .complete: end = "complete"
            }
            func text(_ range: Range<Int>) -> String { String(decoding: buffer[range], as: UTF8.self) }
            status = parser.statusCode
            fields = parser.headers.map { "\(text($0.name))=\(text($0.value))" }
            body = text(parser.bodyStart..<parser.bodyStart + parser.bodyLength)
            keepsAlive = parser.keepsAlive
            consumed = parser.consumed
        }
    }

    @Test(
        "with a length, in chunks, without a body",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nA: b\r\n\r\nabc", 200, "abc"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, ""),
            ("HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na", 200, "a"),
            ("HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\na", 200, "a"),
            ("HTTP/1.1 200 Ça va\r\nContent-Length: 1\r\n\r\na", 200, "a"),
            (
                "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\nT: u\r\n\r\n",
                404, "abc"
            ),
            ("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, ""),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx", 201, "x"),
            (
                "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 599 Odd\r\nContent-Length: 0\r\n\r\n",
                599, ""
            ),
        ])
    func good(text: String, status: Int, body: String) {
        let parsed = Parsed(text)
        #expect(parsed.end == "complete")
        #expect(parsed.status == status)
        #expect(parsed.body == body)
        #expect(parsed.consumed == text.utf8.count)
    }

    @Test("an interim answer leaves nothing of itself in the real one")
    func interim() {
        let parsed = Parsed(
            "HTTP/1.1 100 Continue\r\nConnection: close\r\nContent-Length: 9\r\nX: y\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 0\r\n\r\n")
        #expect(parsed.fields == ["A=b", "Content-Length=0"])
        #expect(parsed.keepsAlive)
    }

    @Test("the answer to HEAD has a length and no body")
    func head() {
        let parsed = Parsed("HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n", isAnswerToHead: true)
        #expect(parsed.end == "complete")
        #expect(parsed.fields == ["Content-Length=600"])
    }

    @Test("without a length the body ends with the connection")
    func toEnd() {
        let text = "HTTP/1.1 200 OK\r\n\r\nsome bytes"
        #expect(Parsed(text).end == "needs more")
        let parsed = Parsed(text, closes: true)
        #expect(parsed.end == "complete")
        #expect(parsed.body == "some bytes")
        #expect(!parsed.keepsAlive)
    }

    @Test(
        "an answer that is cut short is no answer",
        arguments: [
            "", "H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        ])
    func cutShort(text: String) {
        #expect(Parsed(text).end == "needs more")
        #expect(Parsed(text, closes: true).end == "invalid")
    }

    @Test(
        "the connection stays unless the server ends it",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 0", true),
            ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0", false),
            ("HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\nContent-Length: 0", false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 0", false),
        ])
    func keepAlive(head: String, keepsAlive: Bool) {
        #expect(Parsed(head + "\r\n\r\n").keepsAlive == keepsAlive)
    }

    @Test(
        "what is not HTTP/1.1, or could be read in two ways, is refused",
        arguments: [
            "\r\n", "HTTP/2 200 OK\r\n", "HTTP/1.1\r\n", "HTTP/1.1 \r\n", "HTTP/1.1 20 OK\r\n",
            "HTTP/1.1 2000 OK\r\n",
            "HTTP/1.1 2x0 OK\r\n", "HTTP/1.1 099 Low\r\n", "HTTP/1.1 000 Zero\r\n", "HTTP/1.1 600 High\r\n",
            "HTTP/1.1 101 Switching\r\n", "HTTP/1.1 200OK\r\n", "HTTP/1.1  200 OK\r\n", "http/1.1 200 OK\r\n",
            "HTTP/1.1 200 O\u{0}K\r\n", "HTTP/1.1 200 O\rK\r\n", "HTTP/1.1 200 OK\n", "SSH-2.0-OpenSSH\r\n",
            "HTTP/1.1 200 OK\r\nA : b\r\n", "HTTP/1.1 200 OK\r\n A: b\r\n", "HTTP/1.1 200 OK\r\nA\r\n",
            "HTTP/1.1 200 OK\r\nA: b\u{0}\r\n", "HTTP/1.1 200 OK\r\nA: b\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: +3\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n", "HTTP/1.1 200 OK\r\nContent-Length:\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;\u{1}\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA : b\r\n",
        ])
    func refused(text: String) { #expect(Parsed(text).end == "invalid") }

    @Test(
        "codings beyond chunked are not understood",
        arguments: ["gzip", "gzip, chunked", "chunked, chunked", ""])
    func codings(coding: String) {
        #expect(Parsed("HTTP/1.1 200 OK\r\nTransfer-Encoding: \(coding)\r\n").end == "unknownTransferCoding")
    }

    @Test("the limits hold at the limit and not a byte past it")
    func limits() {
        var limits = ParserLimits()
        limits.maxBodyBytes = 10
        limits.maxHeaderBytes = 60
        limits.maxHeaderCount = 2
        func sized(_ count: Int) -> String {
            Parsed(
                "HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n" + String(repeating: "a", count: count),
                limits: limits
            ).end
        }
        #expect(sized(10) == "complete")
        #expect(sized(11) == "bodyTooLarge")
        func chunked(_ count: Int) -> String {
            let chunk =
                "5\r\naaaaa\r\n\(String(count - 5, radix: 16))\r\n" + String(repeating: "a", count: count - 5)
            return Parsed(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\r\n0\r\n\r\n", limits: limits
            ).end
        }
        #expect(chunked(10) == "complete")
        #expect(chunked(11) == "bodyTooLarge")
        func open(_ count: Int) -> String {
            Parsed(
                "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "a", count: count), closes: true, limits: limits
            ).end
        }
        #expect(open(10) == "complete")
        #expect(open(11) == "bodyTooLarge")
        // The status line is 17 bytes, the empty line 2, "A: " with CR LF 5.
        func head(_ count: Int) -> String {
            Parsed(
                "HTTP/1.1 204 OK\r\nA: \(String(repeating: "b", count: count - 24))\r\n\r\n", limits: limits
            ).end
        }
        #expect(head(60) == "complete")
        #expect(head(61) == "headersTooLarge")
        #expect(Parsed("HTTP/1.1 204 OK\r\nA:\r\nB:\r\n\r\n", limits: limits).end == "complete")
        #expect(Parsed("HTTP/1.1 204 OK\r\nA:\r\nB:\r\nC:\r\n\r\n", limits: limits).end == "headersTooLarge")
        let interim = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 3)
        #expect(Parsed(interim, limits: limits).end == "headersTooLarge")
    }

    @Test(
        "however it is cut, it is the same answer",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n\r\nhelloHTTP",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;a=b\r\nde\r\n0\r\nT:u\r\n\r\nX",
            "HTTP/1.1 200 OK\r\n\r\nto the end", "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n", "HTTP/1.1 600 X\r\n\r\n",
        ])
    func splits(text: String) {
        for closes in [false, true] {
            let whole = Parsed(text, closes: closes)
            for cut in 0...text.utf8.count { #expect(Parsed(text, cutAt: [cut], closes: closes) == whole) }
            #expect(Parsed(text, cutAt: Array(0..<text.utf8.count), closes: closes) == whole)
        }
    }

    @Test("squeezing out the framing of the chunks in between changes nothing")
    func compacting() {
        let text =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;e=\"x\"\r\n \r\n5\r\nworld\r\n0\r\nT: u\r\n\r\n"
        var parser = ResponseParser(limits: ParserLimits(), isAnswerToHead: false)
        var buffer = [UInt8](repeating: 0x0a, count: 100)
        var count = 0
        var progress = ResponseParser.Progress.needsMore
        buffer.withUnsafeMutableBytes { buffer in
            for byte in text.utf8 {
                buffer[count] = byte
                progress = parser.advance(buffer.baseAddress!, count: count + 1)
                count = parser.compact(buffer.baseAddress!, count: count + 1)
            }
            let body = buffer[parser.bodyStart..<parser.bodyStart + parser.bodyLength]
            #expect(progress == .complete)
            #expect(String(decoding: body, as: UTF8.self) == "hello world")
        }
    }
}
