import HTTP
import Testing

@Suite("A request line")
struct RequestLineTests {
    @Test("is method, target and version with one blank between them", arguments: cases)
    func form(example: ParserCase) { example.check() }

    private static let cases: [ParserCase] = [
        .goodLine("GET / HTTP/1.1"), .goodLine("HEAD / HTTP/1.1"), .goodLine("POST /a HTTP/1.1"),
        .goodLine("PUT /a HTTP/1.1"), .goodLine("DELETE /a HTTP/1.1"), .goodLine("OPTIONS /a HTTP/1.1"),
        .goodLine("PATCH /a HTTP/1.1"), .goodLine("TRACE / HTTP/1.1"), .goodLine("GET / HTTP/1.0"),
        // Any token is a method; unknown ones are told so later, by the router.
        .goodLine("get / HTTP/1.1"), .goodLine("BREW / HTTP/1.1"), .goodLine("M-SEARCH / HTTP/1.1"),
        .goodLine("!#$%&'*+-.^_`|~09azAZ / HTTP/1.1"),
        // RFC 9112 section 2.3: a higher minor version is read as this one.
        .goodLine("GET / HTTP/1.2"), .goodLine("GET / HTTP/1.9"),
        .badLine(""), .badLine("GET"), .badLine("GET "), .badLine("GET /"), .badLine("GET / "),
        .badLine("/ HTTP/1.1"), .badLine(" GET / HTTP/1.1"), .badLine("\tGET / HTTP/1.1"),
        .badLine("GET  / HTTP/1.1"), .badLine("GET /  HTTP/1.1"), .badLine("GET / HTTP/1.1 "),
        .badLine("GET\t/\tHTTP/1.1"), .badLine("GET /\tHTTP/1.1"), .badLine("GET\u{b}/ HTTP/1.1"),
        .badLine("GET HTTP/1.1"), .badLine("GET  HTTP/1.1"), .badLine("GET / a HTTP/1.1"),
        .badLine("GE(T / HTTP/1.1"), .badLine("G\"T / HTTP/1.1"), .badLine("GET: / HTTP/1.1"),
        .badLine("GE@T / HTTP/1.1"), .badLine("G\u{0}T / HTTP/1.1"), .badLine("GÉT / HTTP/1.1"),
        .badLine("GET / HTTP"), .badLine("GET / HTTP/"), .badLine("GET / HTTP/1"), .badLine("GET / HTTP/1."),
        .badLine("GET / HTTP/.1"), .badLine("GET / HTTP/11"), .badLine("GET / HTTP/1.10"),
        .badLine("GET / HTTP/01.1"), .badLine("GET / HTTP/1,1"), .badLine("GET / HTTP 1.1"),
        .badLine("GET / HTTP/1.a"), .badLine("GET / HTTP/x.1"), .badLine("GET / HTTP/-1.1"),
        .badLine("GET / http/1.1"), .badLine("GET / Http/1.1"), .badLine("GET / HTTPS/1.1"),
        .badLine("GET / ICE/1.00"), .badLine("GET / HTTP/1.1\r"), .badLine("GET / HTTP/1.1\u{0}"),
        .badLine("GET / HTTP/0.9", .unsupportedVersion), .badLine("GET / HTTP/2.0", .unsupportedVersion),
        .badLine("GET / HTTP/3.0", .unsupportedVersion), .badLine("PRI * HTTP/2.0", .unsupportedVersion),
        .badLine("GET / HTTP/9.9", .unsupportedVersion),
        .bad("GET / HTTP/1.1\nHost: a\n\n"), .bad("GET / HTTP/1.1\nHost: a\r\n\r\n"),
        .bad("GET / HTTP/1.1\rHost: a\r\n\r\n"), .bad("GET /\rX HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("\n"), .bad("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), .bad("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\n"),
        .open("GET / HTTP/1.1"), .open("G"), .open(""), .open("GET / HTTP/1.1\r"),
        .open("GET / HTTP/1.1\r\n"),
    ]

    @Test("one empty line before it is forgiven, and not a second", arguments: emptyLines)
    func emptyLinesBefore(example: ParserCase) { example.check() }

    private static let emptyLines: [ParserCase] = [
        .good("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), .bad("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), .bad("\r\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad(" \r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), .open("\r\n"), .open("\r"),
    ]

    @Test("its target is a path, a whole URI, or the form its method wants", arguments: targets)
    func targetForms(example: ParserCase) { example.check() }

    private static let targets: [ParserCase] =
        [
            "/", "/a/b/c", "/a//b", "/a/./b/../c", "/%41%7e", "/a%00b", "/a?", "/?a=b&c=d?e/f", "/;a=1,2",
            "/~user/!$&'()*+,;=:@", "/a?b=%20+%2B", "http://host", "http://host/", "http://host:80/a?b",
            "HTTP://HOST/a", "https://host/a", "HtTpS://host:443?x=1", "http://[::1]/a",
            "http://[::1]:8080/a",
            "http://127.0.0.1:80/a", "http://h-o_s.t~/a", "http://%41/a", "http://host:/a",
        ].map { .goodLine("GET \($0) HTTP/1.1") }
        + [
            "a", "a/b", "?a", "*", "//\u{7f}", "/a b", "/a#b", "/#", "/a\\b", "/<", "/>", "/\"", "/{a}", "/|",
            "/^", "/`", "/[a]", "/?[a]", "/é", "/\u{0}", "/\u{1}", "/\t", "/%", "/%4", "/%4g", "/%g4", "/a%",
            "/?%", "/?%zz", "http:", "http:/", "http://", "http:///a", "http://?a", "http:/host/a",
            "http://us er@host/", "http://user@host/", "http://user:pw@host/", "http://host:80:80/",
            "http://host:x/", "http://host:999999/", "http://ho st/", "http://host\\a/", "http://[::1/a",
            "http://::1/a", "http://[]/a", "http://[g]/a", "http://host#a", "http://%4/a", "http://a,b/",
            "ftp://host/a", "mailto:a@b", "httpx://host/a", "://host/", "host:80", "host/a", "http//host/",
        ].map { .badLine("GET \($0) HTTP/1.1") }
        + [
            .goodLine("OPTIONS * HTTP/1.1"), .badLine("OPTIONS ** HTTP/1.1"), .badLine("OPTIONS *a HTTP/1.1"),
            .badLine("POST * HTTP/1.1"), .badLine("HEAD * HTTP/1.1"),
            .goodLine("CONNECT host:443 HTTP/1.1"), .goodLine("CONNECT [::1]:443 HTTP/1.1"),
            .badLine("CONNECT host HTTP/1.1"), .badLine("CONNECT host: HTTP/1.1"),
            .badLine("CONNECT / HTTP/1.1"), .badLine("CONNECT http://host:443/ HTTP/1.1"),
            .badLine("CONNECT :443 HTTP/1.1"), .badLine("CONNECT host:443/a HTTP/1.1"),
            .badLine("CONNECT u@host:443 HTTP/1.1"), .badLine("GET host:443 HTTP/1.1"),
        ]

    @Test(
        "its path and query are found whatever the form",
        arguments: [
            ("/a/b?c=d?e", "/a/b", "c=d?e"), ("/", "/", nil), ("/?", "/", ""), ("http://h:80/a?b", "/a", "b"),
            ("http://h", "/", nil), ("https://h?b=c", "/", "b=c"), ("http://h/", "/", nil),
            ("http://h?a/b?c", "/", "a/b?c"),
        ] as [(String, String, String?)])
    func pathAndQuery(target: String, path: String, query: String?) {
        let parsed = ParsedRequest.parsing(Array("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(parsed.end == .complete)
        #expect(parsed.path == path)
        #expect(parsed.query == query)
    }

    @Test(
        "its method is told apart by case",
        arguments: [
            ("GET", .get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("DELETE", .delete),
            ("OPTIONS", .options), ("PATCH", .patch), ("TRACE", .trace), ("get", .other), ("GETT", .other),
            ("GE", .other), ("OTHER", .other),
        ] as [(String, HTTP.Method)])
    func methods(name: String, method: HTTP.Method) {
        let parsed = ParsedRequest.parsing(Array("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(parsed.method == method)
    }
}
