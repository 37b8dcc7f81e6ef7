import Telemetry
import Testing

@testable import HTTP

@Suite("A router")
struct RouterTests {
    private func makeRouter() -> Router {
        let router = Router(metrics: MetricsRegistry())
        for pattern in [
            "/", "/a", "/a/b", "/a/{x}", "/a/{x}/c", "/{p}/{q}/{r}/{s}", "/public/events",
            "/public/events/{event}",
            "/public/events/{event}/seats", "/public/events/{event}/map/{hash}",
        ] {
            router.on(
                .get, pattern,
                .immediate { request throws(Problem) in
                    .text(.ok, ([pattern] + (0..<4).map { request.parameterText($0) }).joined(separator: " "))
                })
        }
        router.on(.post, "/a", .immediate { _ throws(Problem) in .text(.ok, "post") })
        return router
    }

    @Test("lists what it answers, the HEAD of each GET included")
    func routes() {
        let routes = makeRouter().routes.map(\.description)
        #expect(routes.count == 10 * 2 + 1)
        #expect(Array(routes.prefix(5)) == ["GET /", "HEAD /", "GET /a", "HEAD /a", "POST /a"])
        #expect(routes.contains("HEAD /public/events/{event}/map/{hash}"))
    }

    @Test(
        "finds the route by its pieces",
        arguments: [
            ("/", "/"), ("/a", "/a"), ("/a/b", "/a/b"), ("/a/bb", "/a/{x} bb"), ("/a/B", "/a/{x} B"),
            ("/a/x/c", "/a/{x}/c x"), ("/1/2/3/4", "/{p}/{q}/{r}/{s} 1 2 3 4"),
            ("/public/events", "/public/events"),
            ("/public/events/demo", "/public/events/{event} demo"),
            ("/public/events/%2F", "/public/events/{event} %2F"),
            ("/public/events/e/map/h?x=/y", "/public/events/{event}/map/{hash} e h"), ("http://host", "/"),
            ("http://host/a", "/a"), ("/a?", "/a"), ("/a?b/c", "/a"),
        ])
    func found(target: String, expected: String) async {
        let answer = await makeRouter().answer(RequestSample(.get, target))
        #expect(answer.text.split(separator: " ").joined(separator: " ") == expected)
    }

    @Test(
        "finds nothing where a piece is missing, empty or too many",
        arguments: [
            "/A", "/b", "/a/", "//", "//a", "/a//", "/a//c", "/a/x/", "/a/x/d", "/1/2/3", "/1/2/3/4/5",
            "/public",
            "/public/", "/public/events/", "/public/events//seats", "/public/events/e/seats/x",
            // Where a literal piece fits, a name beside it is not tried.
            "/a/b/c",
        ])
    func notFound(target: String) async {
        #expect(await makeRouter().answer(RequestSample(.get, target)).status == 404)
    }

    @Test("tells a wrong method from a wrong path, and says which would be right")
    func methods() async {
        let router = makeRouter()
        #expect(await router.answer(RequestSample(.post, "/a")).text == "post")
        let answer = await router.answer(RequestSample(.put, "/a"))
        #expect(answer.status == 405)
        #expect(answer.header("Allow") == "GET, HEAD, POST")
        #expect(await router.answer(RequestSample(.post, "/a/b")).header("Allow") == "GET, HEAD")
        #expect(await router.answer(RequestSample(.put, "/b")).status == 404)
        #expect(
            await router.answer(RequestSample(bytes: Array("BREW /a HTTP/1.1\r\nHost: a\r\n\r\n".utf8)))
                .status == 405)
        #expect(await router.answer(RequestSample(.options, "*")).status == 404)
    }

    @Test("stops the program when a route is given twice or has too many names")
    func mistakes() async {
        await #expect(processExitsWith: .failure) {
            let router = Router(metrics: MetricsRegistry())
            router.on(.get, "/a/{x}", .immediate { _ throws(Problem) in Response(.ok) })
            router.on(.get, "/a/{y}", .immediate { _ throws(Problem) in Response(.ok) })
        }
        await #expect(processExitsWith: .failure) {
            Router(metrics: MetricsRegistry()).on(
                .get, "/{a}/{b}/{c}/{d}/{e}", .immediate { _ throws(Problem) in Response(.ok) })
        }
    }
}

@Suite("A query")
struct QueryTextTests {
    private func value(_ name: StaticString, in text: String) -> String? {
        Array(text.utf8).withUnsafeBytes { QueryText($0).value(of: name) }
    }

    @Test(
        "gives the first value of a name, decoded",
        arguments: [
            ("a=1", "1"), ("b=0&a=1", "1"), ("a=1&a=2", "1"), ("a=", ""), ("a", ""), ("&&a=1&&", "1"),
            ("aa=0&a=1", "1"),
            ("a=b=c", "b=c"), ("a=%41%62", "Ab"), ("a=x+y", "x y"), ("a=%2B", "+"), ("a=%26&b", "&"),
            ("a=%E2%82%AC", "€"),
            ("a=/?:@", "/?:@"), ("a=%00", "\u{0}"),
        ])
    func values(text: String, expected: String) { #expect(value("a", in: text) == expected) }

    @Test(
        "gives nothing for a name that is not there, or for bytes that are no text",
        arguments: [
            "", "b=a", "A=1", "=a", "&", "ab", "a%3D1", "a=%FF", "a=%C3", "a=%ED%A0%80",
            "a=x&".replacing("a", with: "c"),
        ])
    func nothing(text: String) { #expect(value("a", in: text) == nil) }
}
