import HTTP
import Synchronization
import Telemetry
import Testing

@Suite("What a server tells about its requests", .timeLimit(.minutes(10)))
struct TelemetryTests {
    private let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test(
        "a caller's trace comes back with the answer and stands in the log",
        arguments: ["/now", "/ready", "/refuse-later"])
    func traces(path: String) async throws {
        try await withServer({ $0.accessLogSamplePercent = 100 }) { server in
            let client = server.connect()
            client.send(
                "GET \(path) HTTP/1.1\r\nHost: a\r\nTraceparent: \(trace)\r\n\r\nGET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            #expect(client.answer()?.header("Traceparent") == trace)
            #expect(client.answer()?.header("Traceparent") == nil)
            let lines = server.logs.lines
            #expect(lines.count == 2)
            #expect(lines.first?.contains(#""traceId":"0af7651916cd43dd8448eb211c80319c""#) == true)
            #expect(lines.last?.contains("traceId") == false)
        }
    }

    @Test(
        "a request that is traced here answers with the span that was recorded, in the caller's trace",
        arguments: ["/now", "/ready"])
    func spans(path: String) async throws {
        let segments = CapturedSegments()
        let tracer = Tracer(
            service: "test", version: "1", limits: .init(samplePercent: 0, maxPerSecond: 10), sink: segments,
            metrics: MetricsRegistry(), seed: 7, wallClockUs: { 1_700_000_000_000_000 })
        try await withServer(tracer: tracer) { server in
            let client = server.connect()
            client.send("GET \(path) HTTP/1.1\r\nHost: a\r\nTraceparent: \(trace)\r\n\r\n")
            let answer = try #require(client.answer()?.header("Traceparent"))
            #expect(answer.hasPrefix(trace.prefix(36)) && answer.hasSuffix("-01") && answer != trace)
            let segment = try #require(segments.all.first)
            #expect(segment.contains(#""id":"\#(answer.dropFirst(36).prefix(16))""#))
            #expect(segment.contains(#""parent_id":"\#(trace.dropFirst(36).prefix(16))""#))
        }
    }

    @Test("a trace that is not well-formed is left aside")
    func badTrace() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send("GET /now HTTP/1.1\r\nHost: a\r\nTraceparent: \(trace)x\r\n\r\n")
            let answer = client.answer()
            #expect(answer?.status == 200)
            #expect(answer?.header("Traceparent") == nil)
        }
    }

    @Test("a log line has the request's id, method, path, route, status and peer")
    func accessLog() async throws {
        try await withServer({ $0.accessLogSamplePercent = 100 }) { server in
            let client = server.connect()
            client.send("HEAD /items/%41 HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = client.answer(toHead: true)
            let line = try #require(server.logs.lines.first)
            for part in [
                #""requestId":"\#(answer?.header("Request-Id") ?? "none")""#, #""method":"HEAD""#,
                #""path":"/items/%41""#, #""route":"/items/{item}""#, #""status":200"#,
                #""peer":"127.0.0.1""#,
                #""durationUs":"#,
            ] { #expect(line.contains(part), "\(line) lacks \(part)") }
        }
    }

    @Test(
        "at 0 percent only what failed on our side is logged, at 100 everything",
        arguments: [(0.0, 1), (100.0, 301)])
    func sampling(percent: Double, lines: Int) async throws {
        try await withServer({ $0.accessLogSamplePercent = percent }) { server in
            let client = server.connect()
            client.send(String(repeating: "GET /now HTTP/1.1\r\nHost: a\r\n\r\n", count: 300))
            client.send("GET /fail HTTP/1.1\r\nHost: a\r\n\r\n")
            for _ in 0..<300 { #expect(client.answer()?.status == 200) }
            #expect(client.answer()?.status == 500)
            #expect(server.logs.lines.count == lines)
            #expect(server.logs.lines.last?.contains(#""status":500"#) == true)
        }
    }

    @Test("about one in ten at 10 percent")
    func sample() async throws {
        try await withServer({ $0.accessLogSamplePercent = 10 }) { server in
            let client = server.connect()
            for _ in 0..<20 {
                client.send(String(repeating: "GET /now HTTP/1.1\r\nHost: a\r\n\r\n", count: 200))
                for _ in 0..<200 { _ = client.answer() }
            }
            // 400 are expected; 190 away is ten standard deviations.
            #expect((210...590).contains(server.logs.lines.count))
        }
    }

    @Test("each request is counted once, under its route, method and status")
    func counted() async throws {
        try await withServer { server in
            server.gate.open()
            let client = server.connect()
            var requests = ""
            for path in [
                "/now", "/items/1", "/items/2", "/wait/1", "/nothing", "/refuse-later", "/fail", "/ready",
            ] {
                requests += "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
            }
            requests +=
                "HEAD /now HTTP/1.1\r\nHost: a\r\n\r\nDELETE /now HTTP/1.1\r\nHost: a\r\n\r\nbad\r\n\r\n"
            client.send(requests)
            _ = client.rest()
            #expect(server.answered("/now") == 2)
            #expect(server.answered("/items/{item}") == 2)
            #expect(server.answered("/wait/{n}") == 1)
            #expect(server.answered("/ready") == 1)
            #expect(server.answered("/fail", status: 500) == 1)
            #expect(server.answered("/refuse-later", status: 415) == 1)
            #expect(server.answered("unmatched", method: "", status: 404) == 1)
            #expect(server.answered("unmatched", method: "", status: 405) == 1)
            #expect(server.answered("unmatched", method: "", status: 400) == 1)
            #expect(server.metric("ticket_http_connections_total") == 1)
            #expect(server.metric(#"ticket_http_request_duration_seconds_count{route="/now"}"#) == 2)
        }
    }
}

private final class CapturedSegments: SegmentSink {
    private let segments = Mutex<[String]>([])
    var all: [String] { segments.withLock { $0 } }
    func send(_ datagram: [UInt8]) -> Bool {
        segments.withLock { $0.append(String(decoding: datagram, as: UTF8.self)) }
        return true
    }
}
