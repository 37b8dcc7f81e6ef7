import HTTP
import Testing

@Suite("Where a request ends")
struct RequestFramingTests {
    @Test("is said by one Content-Length of digits alone", arguments: lengths)
    func contentLength(example: ParserCase) { example.check() }

    private static let lengths: [ParserCase] = [
        .goodBody("Content-Length: 0", ""), .goodBody("Content-Length: 3", "abc"),
        .goodBody("content-LENGTH:3", "abc"), .goodBody("Content-Length: \t3 ", "abc"),
        .goodBody("Content-Length: 003", "abc"), .goodBody("A: b", ""),
        .badBody("Content-Length:", "abc"), .badBody("Content-Length: ", "abc"),
        .badBody("Content-Length: +3", "abc"), .badBody("Content-Length: -3", "abc"),
        .badBody("Content-Length: -0", ""), .badBody("Content-Length: 0x3", "abc"),
        .badBody("Content-Length: 3a", "abc"), .badBody("Content-Length: a", "abc"),
        .badBody("Content-Length: 3.0", "abc"), .badBody("Content-Length: 3e0", "abc"),
        .badBody("Content-Length: 3_0", "abc"), .badBody("Content-Length: 3 0", "abc"),
        .badBody("Content-Length: 3,3", "abc"), .badBody("Content-Length: 3, 3", "abc"),
        .badBody("Content-Length: 3,", "abc"), .badBody("Content-Length: ,3", "abc"),
        .badBody("Content-Length: 3;", "abc"), .badBody("Content-Length: \"3\"", "abc"),
        .badBody("Content-Length: \u{0663}", "abc"), .badBody("Content-Length: 3\u{0}", "abc"),
        .badBody("Content-Length: 3\r\nContent-Length: 3", "abc"),
        .badBody("Content-Length: 3\r\nContent-Length: 4", "abcd"),
        .badBody("Content-Length: 0\r\nContent-Length: 0", ""),
        .badBody("Content-Length: 3\r\ncontent-length: 3", "abc"),
        .badBody("Content-Length : 3", "abc"), .badBody(" Content-Length: 3", "abc"),
        .badBody("Content-Length\u{0}: 3", "abc"),
        .badBody("Content-Length: 9223372036854775807", "", .bodyTooLarge),
        .badBody("Content-Length: 9223372036854775808", "", .bodyTooLarge),
        .badBody("Content-Length: 18446744073709551616", "", .bodyTooLarge),
        .badBody("Content-Length: 18446744073709551619", "abc", .bodyTooLarge),
        .badBody("Content-Length: 99999999999999999999999999999999999999999999", "", .bodyTooLarge),
        .open("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab"),
        .open("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"),
        // A body with GET has no meaning and still has an end.
        .good("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
        .open("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"),
    ]

    @Test("is said by chunked alone where there is a Transfer-Encoding", arguments: codings)
    func transferEncoding(example: ParserCase) { example.check() }

    private static let codings: [ParserCase] = [
        .goodBody("Transfer-Encoding: chunked", "0\r\n\r\n"),
        .goodBody("transfer-encoding:CHUNKED", "0\r\n\r\n"),
        .goodBody("Transfer-Encoding: \t chunked \t", "0\r\n\r\n"),
        .badBody("Transfer-Encoding: chunked\r\nContent-Length: 3", "0\r\n\r\n"),
        .badBody("Content-Length: 3\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        .badBody("Content-Length: 0\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        .badBody("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        .badBody("Transfer-Encoding: chunked\r\ntransfer-encoding: identity", "0\r\n\r\n"),
        .badBody("Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
        .badBody("Transfer-Encoding: chunked,chunked", "0\r\n\r\n"),
        .badBody("Transfer-Encoding: chunked, gzip", "0\r\n\r\n"),
        .badBody("Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
        .badBody("Transfer-Encoding: chunked, gzip, chunked", "0\r\n\r\n"),
        .badBody("Transfer-Encoding:", "0\r\n\r\n"), .badBody("Transfer-Encoding: ,", "0\r\n\r\n"),
        .badBody("Transfer-Encoding: chunked,", "0\r\n\r\n"),
        .badBody("Transfer-Encoding: ,chunked", "0\r\n\r\n"),
        // Without chunked at the end nobody knows where the body ends.
        .badBody("Transfer-Encoding: identity", ""), .badBody("Transfer-Encoding: gzip", ""),
        .badBody("Transfer-Encoding: xchunked", ""), .badBody("Transfer-Encoding: chunkedx", ""),
        .badBody("Transfer-Encoding: chunked x", ""), .badBody("Transfer-Encoding: \"chunked\"", ""),
        .badBody("Transfer-Encoding: chunked;q=1", ""), .badBody("Transfer-Encoding: x\u{b}chunked", ""),
        .badBody("Transfer-Encoding: \u{b}chunked", ""), .badBody("Transfer-Encoding: chunked\u{0}", ""),
        .badBody("Transfer-Encoding : chunked", ""), .badBody("Transfer-Encoding\t: chunked", ""),
        .badBody("Transfer-Encoding: chun\r\n ked", ""),
        .badBody("Transfer-Encoding: gzip, chunked", "0\r\n\r\n", .unknownTransferCoding),
        .badBody("Transfer-Encoding: gzip,chunked", "0\r\n\r\n", .unknownTransferCoding),
        .badBody("Transfer-Encoding: identity, chunked", "0\r\n\r\n", .unknownTransferCoding),
        .badBody("Transfer-Encoding: br, gzip, chunked", "0\r\n\r\n", .unknownTransferCoding),
        .bad("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .bad(
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        .good("POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"),
        .goodBody("Transfer-Encodings: chunked", ""), .goodBody("TE: chunked", ""),
    ]

    @Test("in chunks, each as long as its size says", arguments: chunks)
    func chunked(example: ParserCase) { example.check() }

    private static let chunks: [ParserCase] =
        [
            "0\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n", "3\r\nabc\r\n00000\r\n\r\n", "a\r\n0123456789\r\n0\r\n\r\n",
            "A\r\n0123456789\r\n0\r\n\r\n", "00000003\r\nabc\r\n0\r\n\r\n", "2\r\n\r\n\r\n0\r\n\r\n",
            "1\r\na\r\n1\r\nb\r\n0\r\n\r\n",
            "3;a\r\nabc\r\n0\r\n\r\n", "3;a=b\r\nabc\r\n0;c\r\n\r\n", "3;a=\"b;c\\\"d\"\r\nabc\r\n0\r\n\r\n",
            "3 ; a = b\r\nabc\r\n0\r\n\r\n", "3\t;a;b;c=d\r\nabc\r\n0\r\n\r\n",
            "3;a=\"\"\r\nabc\r\n0\r\n\r\n",
            "3;a=\"x\ty\"\r\nabc\r\n0\r\n\r\n",
            "0\r\nA: b\r\n\r\n", "0\r\nA: b\r\nC:\r\n\r\n", "0\r\nContent-Length: 5\r\n\r\n",
            "0\r\nTransfer-Encoding: gzip\r\n\r\n", "0\r\nHost: b\r\n\r\n",
        ].map { .goodChunks($0) }
        + [
            "\r\n", "\r\n\r\n", " \r\n", "x\r\n", "g\r\n", "-1\r\n", "+1\r\na\r\n0\r\n\r\n",
            "0x1\r\na\r\n0\r\n\r\n",
            "1_0\r\n", "1.0\r\n", "1,\r\n", "1 \r\na\r\n0\r\n\r\n", " 1\r\na\r\n0\r\n\r\n", "1\t\r\na\r\n",
            "\u{ff11}\r\n", "000000001\r\na\r\n0\r\n\r\n", "fffffffff\r\n", "ffffffffffffffff\r\n",
            "10000000000000001\r\n", "8000000000000000\r\n",
            "1\na\r\n0\r\n\r\n", "1\r\na\n0\r\n\r\n", "1\r\na\r0\r\n\r\n", "1\ra\r\n", "1\r\r\na\r\n",
            "3\r\nabcd\r\n0\r\n\r\n", "3\r\nab\r\n0\r\n\r\n", "3\r\nabc0\r\n\r\n", "3\r\nabc\r\r\n",
            "1\r\na\r\n\r\n0\r\n\r\n",
            "1;\r\na\r\n0\r\n\r\n", "1; \r\na\r\n", "1;a \r\na\r\n", "1;=b\r\na\r\n", "1;a=\r\na\r\n",
            "1;a=b c\r\na\r\n", "1;a=\"b\r\na\r\n", "1;a=\"b\\\r\na\r\n", "1;a=\"\u{1}\"\r\na\r\n",
            "1;a=\"b\"c\r\na\r\n", "1;a\nb\r\na\r\n", "1;a\rb\r\na\r\n", "1;a\u{0}\r\na\r\n", "1a;é\r\n",
            "1 a\r\na\r\n", "1a b\r\n",
            "0\r\n\n", "0\n\r\n", "0\r\n\r\r\n", "0\r\nA\r\n\r\n", "0\r\n A: b\r\n\r\n", "0\r\nA : b\r\n\r\n",
            "0\r\nA: b\u{0}\r\n\r\n", "0\r\nA: b\r\n c\r\n\r\n", "0\r\n: b\r\n\r\n", "0\r\nA: b\n\r\n",
        ].map { .badChunks($0) }
        + [
            .badChunks("ffffffff\r\n", .bodyTooLarge), .badChunks("7fffffff\r\n", .bodyTooLarge),
            .badChunks("4001\r\n", .bodyTooLarge),
            .open("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
            .open("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"),
            .open("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r"),
            .open("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc"),
            .open("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r"),
            .open("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
        ]

    @Test("a chunked body is put together without its framing")
    func bodies() {
        let text =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n2\r\n\r\n\r\n0\r\nTrailer: x\r\n\r\nGET"
        let parsed = ParsedRequest.parsing(Array(text.utf8))
        #expect(String(decoding: parsed.body, as: UTF8.self) == "abc0123456789\r\n")
        #expect(parsed.consumed == text.utf8.count - 3)
        #expect(parsed.fields == ["Host=a", "Transfer-Encoding=chunked"])
    }

    @Test("what stands behind it is the next request's")
    func pipelining() {
        let requests = [
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /",
            "\r\nPUT /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "GET /4?x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "DELETE /5 HTTP/1.0\r\n\r\n",
        ]
        var bytes = Array(requests.joined().utf8)
        var parser = RequestParser(limits: ParserLimits())
        var paths: [String] = []
        bytes.withUnsafeMutableBytes { buffer in
            var start = 0
            while start < buffer.count {
                let base = buffer.baseAddress! + start
                guard parser.advance(base, count: buffer.count - start) == .complete else { break }
                let path = UnsafeRawBufferPointer(buffer)[
                    start + parser.head.path.lowerBound..<start + parser.head.path.upperBound]
                paths.append(String(decoding: path, as: UTF8.self))
                start += parser.consumed
                parser.reset()
            }
            #expect(start == buffer.count)
        }
        #expect(paths == ["/1", "/2", "/3", "/4", "/5"])
    }
}
