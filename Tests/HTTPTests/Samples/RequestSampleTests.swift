import HTTP
import JSON
import Telemetry
import Testing

@Suite("A request without a connection")
struct RequestSampleTests {
    private func makeRouter() -> Router {
        let router = Router(metrics: MetricsRegistry())
        router.on(
            .get, "/events/{event}/seats/{seat}",
            .immediate { request throws(Problem) in
                .text(
                    .ok,
                    "\(request.parameterText(0)) \(request.parameterText(1)) \(request.query("q") ?? "-")")
            })
        router.on(
            .post, "/echo",
            .suspending { request async throws(Problem) in
                guard request.headerText("content-type") == "text/plain" else {
                    throw .unsupportedMediaType
                }
                await Task.yield()
                return Response(.created, contentType: "text/plain", body: Array(request.body))
            })
        return router
    }

    @Test("is answered by the route that fits, with its parameters and query")
    func routed() async {
        let answer = await makeRouter().answer(RequestSample(.get, "/events/demo/seats/A-1?q=a%20b"))
        #expect(answer.status == 200)
        #expect(answer.text == "demo A-1 a b")
        #expect(answer.header("request-id")?.count == 20)
    }

    @Test("reaches a handler that waits, with headers and body")
    func suspended() async {
        let sample = RequestSample(
            .post, "/echo", headers: [("Content-Type", "text/plain")], body: Array("hello".utf8))
        let answer = await makeRouter().answer(sample)
        #expect(answer.status == 201)
        #expect(answer.text == "hello")
    }

    @Test("gets the problem that a handler throws, with a request id")
    func problem() async {
        let answer = await makeRouter().answer(RequestSample(.post, "/echo", body: [1]))
        #expect(answer.status == 415)
        #expect(answer.header("Content-Type") == "application/problem+json")
        #expect(answer.text.contains(#""requestId":"\#(answer.header("Request-Id") ?? "none")""#))
    }

    @Test("is told 404, 405 with Allow, and the head alone for HEAD")
    func refusals() async {
        let router = makeRouter()
        #expect(await router.answer(RequestSample(.get, "/nothing")).status == 404)
        let wrong = await router.answer(RequestSample(.delete, "/echo"))
        #expect(wrong.status == 405)
        #expect(wrong.header("Allow") == "POST")
        let head = await router.answer(RequestSample(.head, "/events/e/seats/s"))
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        #expect(head.header("Content-Length") == "5")
    }

    @Test("large bodies pass whole in both directions")
    func large() async {
        let body = [UInt8](repeating: 0x61, count: 100_000)
        let sample = RequestSample(.post, "/echo", headers: [("Content-Type", "text/plain")], body: body)
        #expect(await makeRouter().answer(sample).body == body)
    }

    @Test("can be given to a handler by hand")
    func byHand() async throws {
        let sample = RequestSample(.get, "/events/demo", headers: [("X-Word", "w")])
        let seen = await sample.withRequest(pattern: "/events/{event}") { request in
            await Task.yield()
            return [
                request.parameterText(0), request.headerText("x-word") ?? "",
                "\(request.headerCount("host"))",
            ]
        }
        #expect(seen == ["demo", "w", "1"])
    }
}
