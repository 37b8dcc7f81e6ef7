import HTTP
import Testing

@Suite("The header fields of a request")
struct RequestFieldTests {
    @Test("are a name, a colon and a value on one line", arguments: cases)
    func form(example: ParserCase) { example.check() }

    private static let cases: [ParserCase] = [
        .goodField("A: b"), .goodField("A:b"), .goodField("A:"), .goodField("A: "), .goodField("A: \t b \t "),
        .goodField("A: b c\td"), .goodField("A: \u{e9}\u{4e2d}"), .goodField("A: a:b:c"),
        .goodField("A: \"q\""),
        .goodField("!#$%&'*+-.^_`|~09azAZ: v"), .goodField("A: 1\r\nA: 2\r\na: 3"), .goodField("X-Y: (c)"),
        .badField("A"), .badField("A b"), .badField(": b"), .badField(":"), .badField(" : b"),
        .badField("A : b"), .badField("A\t: b"), .badField("A b: c"), .badField(" A: b"), .badField("\tA: b"),
        .badField("A(: b"), .badField("A\"B: c"), .badField("A/B: c"), .badField("A@B: c"),
        .badField("[A]: c"),
        .badField("É: c"), .badField("A\u{0}: c"), .badField("A: b\u{0}c"), .badField("A: \u{0}"),
        .badField("A: b\u{1}"), .badField("A: b\u{7f}"), .badField("A: \u{1b}[0m"), .badField("A: b\rc"),
        .badField("A: b\r"), .badField("A: b\r\r"), .badField("\rA: b"), .badField("A\r: b"),
        // Folded lines, as they were allowed once.
        .badField("A: b\r\n c"), .badField("A: b\r\n\tc"), .badField("A: b\r\n  \r\nC: d"),
        .badField("A: b\r\n "), .badField("A:\r\n b"),
        .bad("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), .bad("GET / HTTP/1.1\r\n\tX: y\r\nHost: a\r\n\r\n"),
        // A line feed alone, and a carriage return alone, end no line.
        .bad("GET / HTTP/1.1\r\nHost: a\nA: b\r\n\r\n"), .bad("GET / HTTP/1.1\r\nHost: a\r\nA: b\n\r\n"),
        .bad("GET / HTTP/1.1\r\nHost: a\r\n\n"), .bad("GET / HTTP/1.1\r\nHost: a\n\n"),
        .bad("GET / HTTP/1.1\r\nHost: a\r\n\r\r\n"), .bad("GET / HTTP/1.1\r\nHost: a\r\rA: b\r\n\r\n"),
        .bad("GET / HTTP/1.1\r\nHost: a\r\n\r \n"),
        .open("GET / HTTP/1.1\r\nHost: a\r\n"), .open("GET / HTTP/1.1\r\nHost: a\r\n\r"),
        .open("GET / HTTP/1.1\r\nHost: a\r\n\rX"),
    ]

    @Test("hold exactly one valid Host, which HTTP/1.0 may leave out", arguments: hosts)
    func host(example: ParserCase) { example.check() }

    private static let hosts: [ParserCase] =
        [
            "a", "a.example", "A.EXAMPLE:8080", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:80",
            "[2001:db8::ff00:42:8329]", "[::ffff:1.2.3.4]:65535", "a:", "a-b_c~d", "%41b", "a!$&'()*+;=",
            "xn--bcher-kva.example",
        ].map { .good("GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n") }
        + [
            "", " ", ":80", "a b", "a,b", "a, b", "a/b", "a?b", "a#b", "u@a", "u:p@a", "a:b", "a:80:80",
            "a:-1",
            "a:+80", "a:8 0", "a:123456", "[", "]", "[]", "[::1", "::1", "[::1]a", "[::1]:a", "[x]", "[::1]]",
            "a[b]", "%", "%4", "%zz", "a\\b", "\"a\"", "<a>", "é", "a\u{0}", "a\tb", "http://a",
        ].map { .bad("GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n") }
        + [
            .bad("GET / HTTP/1.1\r\n\r\n"), .bad("GET / HTTP/1.1\r\nHosts: a\r\n\r\n"),
            .bad("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
            .bad("GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n"),
            .bad("GET http://b/ HTTP/1.1\r\n\r\n"), .good("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
            .good("GET / HTTP/1.0\r\n\r\n"), .good("GET / HTTP/1.0\r\nHost: a\r\n\r\n"),
            .bad("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), .bad("GET / HTTP/1.0\r\nHost: /\r\n\r\n"),
        ]

    @Test(
        "decide whether the connection stays",
        arguments: [
            ("1.1", "A: b", true), ("1.1", "Connection: close", false), ("1.1", "connection: CLOSE", false),
            ("1.1", "Connection: keep-alive", true), ("1.1", "Connection: keep-alive, close", false),
            ("1.1", "Connection: close, te", false), ("1.1", "Connection: ,,close ,", false),
            ("1.1", "Connection: te\r\nConnection: close", false), ("1.1", "Connection: closed", true),
            ("1.1", "Connection:", true), ("1.0", "A: b", false), ("1.0", "Connection: close", false),
            // Persistence of HTTP/1.0 is optional, and not offered here.
            ("1.0", "Connection: keep-alive", false), ("1.2", "A: b", true),
        ])
    func keepAlive(version: String, field: String, keepsAlive: Bool) {
        let parsed = ParsedRequest.parsing(Array("GET / HTTP/\(version)\r\nHost: a\r\n\(field)\r\n\r\n".utf8))
        #expect(parsed.end == .complete)
        #expect(parsed.keepsAlive == keepsAlive)
    }

    @Test(
        "say who waits to be asked for the body",
        arguments: [
            ("Expect: 100-continue", true), ("expect: 100-CONTINUE", true), ("Expect: 100", false),
            ("A: b", false),
            ("Expect: 100-continue\r\nExpect: other", true),
        ])
    func expect(field: String, expectsContinue: Bool) {
        let parsed = ParsedRequest.parsing(Array("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n".utf8))
        #expect(parsed.expectsContinue == expectsContinue)
    }

    @Test("come in order, without the blanks around their values")
    func values() {
        let parsed = ParsedRequest.parsing(
            Array("GET / HTTP/1.1\r\nHost:a\r\nB: \t x  y\t \r\nEmpty: \t\r\nb:z\r\n\r\n".utf8))
        #expect(parsed.fields == ["Host=a", "B=x  y", "Empty=", "b=z"])
    }

    @Test("are found by name whatever the case, the first of several")
    func lookUp() {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX-Key: 1\r\nx-kEY: 2\r\n\r\n".utf8)
        var parser = RequestParser(limits: ParserLimits())
        var copy = bytes
        copy.withUnsafeMutableBytes { buffer in
            #expect(parser.advance(buffer.baseAddress!, count: buffer.count) == .complete)
            let base = UnsafeRawPointer(buffer.baseAddress!)
            let value = parser.head.firstValue(of: "x-key", in: base).map {
                String(decoding: $0, as: UTF8.self)
            }
            #expect(value == "1")
            #expect(parser.head.count(of: "x-key", in: base) == 2)
            #expect(parser.head.firstValue(of: "x-ke", in: base) == nil)
            #expect(parser.head.count(of: "x-keys", in: base) == 0)
        }
    }
}
