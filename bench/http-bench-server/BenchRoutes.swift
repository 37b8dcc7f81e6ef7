import Bootstrap
import HTTP

/// The same 600 bytes at once and through a task, a body that fills any socket, and an echo.
enum BenchRoutes {
    static func add(to context: LoopContext) {
        let body = sixHundredBytes()
        let ready = ReadyAnswer(.ok, contentType: "application/json", headers: cacheHeaders, body: body)
        let large = ReadyAnswer(
            .ok, contentType: "application/octet-stream", body: [UInt8](repeating: 0x61, count: 1 << 20))
        context.router.on(.get, "/bench/ready", .immediate { _ throws(Problem) in Response(ready) })
        context.router.on(.get, "/bench/async", .suspending { _ async throws(Problem) in Response(ready) })
        context.router.on(.get, "/bench/large", .immediate { _ throws(Problem) in Response(large) })
        context.router.on(
            .post, "/bench/echo",
            .suspending { request async throws(Problem) in
                Response(.ok, contentType: "application/octet-stream", body: Array(request.body))
            })
    }

    private static let cacheHeaders = [Header("Cache-Control", "public, max-age=1")]

    private static func sixHundredBytes() -> [UInt8] {
        let start = Array(#"{"event":"demo","seats":""#.utf8)
        let end = Array(#""}"#.utf8)
        return start + [UInt8](repeating: 0x61, count: 600 - start.count - end.count) + end
    }
}
