import JSON
import Synchronization
import Telemetry
import Testing
import TicketingTesting

/// Keeps segments for a test; can refuse them as a full socket does.
private final class CapturingSink: SegmentSink {
    private let segments = Mutex<[[UInt8]]>([])
    let isFull: Bool
    init(isFull: Bool = false) { self.isFull = isFull }
    func send(_ datagram: [UInt8]) -> Bool {
        guard !isFull else { return false }
        segments.withLock { $0.append(datagram) }
        return true
    }
    var all: [String] { segments.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }
}

@Suite("Traces for X-Ray")
struct TracerTests {
    private let metrics = MetricsRegistry()
    private let sink = CapturingSink()

    private func tracer(
        percent: Double = 100, perSecond: Int = 1_000, sink: (any SegmentSink)? = nil
    ) -> Tracer {
        Tracer(
            service: "ticket-public", version: "1",
            limits: .init(samplePercent: percent, maxPerSecond: perSecond),
            sink: sink ?? self.sink, metrics: metrics, seed: 7, wallClockUs: { 1_700_000_000_000_123 })
    }

    private func caller(_ text: String) -> TraceCaller? {
        Array(text.utf8).withUnsafeBytes { TraceCaller(amazonHeader: $0) }
    }

    private func metric(_ name: String) -> String? {
        String(decoding: metrics.render(), as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("\(name) ") }.map { String($0.dropFirst(name.count + 1)) }
    }

    private func tree(_ datagram: String) throws -> JSONValue {
        let lines = datagram.split(separator: "\n")
        #expect(lines.count == 2 && lines.first == #"{"format":"json","version":1}"#)
        return try JSONValue(parsing: String(lines.last ?? ""))
    }

    @Test("a segment has its place in the caller's trace, the request, and the calls made for it")
    func segment() throws {
        let span = try #require(
            tracer(percent: 0).begin(
                caller("Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1")))
        span.note("intent", "pi_a")
        span.callEnded("ledger", "open", beganUs: span.callBegan(), failure: "down")
        span.end(.http(method: "POST", path: "/confirm/payment-intent", status: 503))
        span.end(.done)
        span.callEnded("ledger", "late", beganUs: 0)
        #expect(sink.all.count == 1)
        let segment = try tree(try #require(sink.all.first))
        #expect(segment["name"]?.string == "ticket-public")
        #expect(segment["trace_id"]?.string == "1-67891233-abcdef012345678912345678")
        #expect(segment["parent_id"]?.string == "53995c3f42cd8ad8")
        #expect(segment["id"]?.string?.utf8.count == 16)
        #expect(sink.all[0].contains(#""start_time":1700000000.000123"#))
        #expect(segment["http"]?["request"]?["method"]?.string == "POST")
        #expect(segment["http"]?["response"]?["status"]?.integer == 503)
        #expect(segment["fault"] == .bool(true) && segment["error"] == nil)
        #expect(segment["annotations"]?["intent"]?.string == "pi_a")
        let call = try #require(segment["subsegments"]?[0])
        #expect(call["name"]?.string == "ledger" && call["namespace"]?.string == "remote")
        #expect(call["fault"] == .bool(true))
        #expect(call["cause"]?["exceptions"]?[0]?["message"]?.string == "down")
        #expect(segment["subsegments"]?[1] == nil)
    }

    @Test("a new trace begins with the time, as X-Ray wants it, and has no parent")
    func fresh() throws {
        try #require(tracer().begin()).end(.http(method: "GET", path: "/", status: 429))
        let segment = try tree(try #require(sink.all.first))
        #expect(segment["trace_id"]?.string?.hasPrefix("1-6553f100-") == true)
        #expect(segment["parent_id"] == nil)
        #expect(
            segment["throttle"] == .bool(true) && segment["error"] == .bool(true) && segment["fault"] == nil)
    }

    @Test("a caller's decision stands, and chance decides only without one")
    func decisions() {
        let root = "Root=1-67891233-abcdef012345678912345678"
        #expect(tracer().begin(caller("\(root);Sampled=0")) == nil)
        #expect(tracer(percent: 0).begin(caller("\(root);Sampled=1")) != nil)
        #expect(tracer(percent: 0).begin(caller(root)) == nil)
        let some = tracer(percent: 10, perSecond: 100_000)
        let begun = (0..<10_000).count { _ in some.begin() != nil }
        #expect(800...1_200 ~= begun)
    }

    @Test("callers who want everything traced get so many a second and no more")
    func limit() {
        let tracer = tracer(perSecond: 3)
        #expect((0..<10).count { _ in tracer.begin() != nil } == 3)
        #expect(metric("ticket_trace_over_limit_total") == "7")
    }

    @Test("what the daemon cannot be given is counted, and calls beyond a bound are left out")
    func bounds() throws {
        tracer(sink: CapturingSink(isFull: true)).begin()?.end(.done)
        #expect(metric("ticket_trace_dropped_total") == "1")
        let span = try #require(tracer().begin())
        for _ in 0..<70 { span.callEnded("ledger", "open", beganUs: 0) }
        span.end(.done)
        let segment = try tree(try #require(sink.all.first))
        #expect(segment["annotations"]?["calls_left_out"]?.integer == 6)
        #expect(segment["subsegments"]?[63] != nil && segment["subsegments"]?[64] == nil)
    }

    @Test("a receiver on UDP gets the segment; without one nothing waits", .timeLimit(.minutes(1)))
    func datagrams() throws {
        let receiver = try #require(DatagramReceiver())
        let daemon = try #require(XRayDaemon(host: "127.0.0.1", port: receiver.port))
        tracer(sink: daemon).begin()?.end(.done)
        #expect(try tree(try #require(receiver.receive()))["name"]?.string == "ticket-public")
        #expect(!daemon.send([UInt8](repeating: 0, count: 64_001)))
        #expect(XRayDaemon(host: "nowhere", port: 1) == nil)
    }
}
