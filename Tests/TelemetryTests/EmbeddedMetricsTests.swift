import JSON
import Telemetry
import Testing

@Suite("Metrics as log lines for CloudWatch")
struct EmbeddedMetricsTests {
    private let metrics = MetricsRegistry()

    private func line(_ lines: inout EmbeddedMetrics) throws -> JSONValue {
        var writer = JSONWriter()
        writer.object { lines.write(metrics.read(), timestampMs: 5, into: &$0) }
        return try JSONValue(parsing: writer.bytes)
    }

    private func names(_ line: JSONValue) -> [String] {
        guard case .array(let listed)? = line["_aws"]?["CloudWatchMetrics"]?[0]?["Metrics"] else { return [] }
        return listed.compactMap { $0["Name"]?.string }
    }

    @Test(
        "a line says namespace, dimensions and units, and has every metric it lists",
        arguments: ["public", "confirm", "worker"])
    func shape(service: String) throws {
        var lines = EmbeddedMetrics(app: "shop", service: service)
        let line = try line(&lines)
        let directory = line["_aws"]?["CloudWatchMetrics"]?[0]
        #expect(directory?["Namespace"]?.string == "Ticket")
        #expect(
            directory?["Dimensions"]?[0]?[0]?.string == "App"
                && directory?["Dimensions"]?[0]?[1]?.string == "Service")
        #expect(line["App"]?.string == "shop" && line["Service"]?.string == service)
        #expect(line["_aws"]?["Timestamp"]?.integer == 5)
        let names = names(line)
        #expect(names.contains("Requests") && names.allSatisfy { line[$0] != nil })
        #expect(names.contains("SeatsSold") == (service == "worker"))
        // Nothing was observed, so there is no distribution to show.
        #expect(!names.contains("RequestLatency"))
    }

    @Test("a count is what was added since the line before; 503 is a refusal and no error")
    func deltas() throws {
        func requests(_ status: String) -> Counter {
            metrics.counter(
                "ticket_http_requests_total", help: "a", labels: [("route", "/"), ("status", status)])
        }
        let (right, wrong, refused) = (requests("200"), requests("500"), requests("503"))
        right.add(3)
        wrong.add(1)
        refused.add(2)
        var lines = EmbeddedMetrics(app: "a", service: "public")
        let first = try line(&lines)
        #expect(
            first["Requests"]?.integer == 6 && first["ServerErrors"]?.integer == 1
                && first["Refusals"]?.integer == 2)
        right.add(5)
        let second = try line(&lines)
        #expect(second["Requests"]?.integer == 5 && second["ServerErrors"]?.integer == 0)
        #expect(try line(&lines)["Requests"]?.integer == 0)
    }

    @Test("a distribution has what was observed since the line before, spread within its buckets")
    func distribution() throws {
        let durations = metrics.histogram("ticket_http_request_duration_seconds", help: "a")
        for _ in 0..<10 { durations.observe(nanoseconds: 150_000_000) }
        var lines = EmbeddedMetrics(app: "a", service: "public")
        let first = try line(&lines)
        #expect(first["RequestLatency"]?["Count"]?.integer == 10)
        guard case .array(let values)? = first["RequestLatency"]?["Values"] else { return }
        // Between 100 and 250 ms.
        #expect(values.count == 4)
        #expect(try line(&lines)["RequestLatency"] == nil)
    }
}
