import Telemetry
import Testing

@Suite("Metrics")
struct MetricsTests {
    private let registry = MetricsRegistry()

    private var text: String { String(decoding: registry.render(), as: UTF8.self) }

    @Test("instances of one series are added up; help and type stand once a name, names in order")
    func sums() {
        let labels = [("route", "/public/events"), ("method", "GET")]
        let first = registry.counter("http_requests_total", help: "Requests.", labels: labels)
        let second = registry.counter("http_requests_total", help: "Requests.", labels: labels.reversed())
        let other = registry.counter("http_requests_total", help: "Requests.", labels: [("method", "POST")])
        let gauge = registry.gauge("connections_open", help: "Open connections.")
        first.add()
        second.add(41)
        other.add(3)
        gauge.add(5)
        gauge.add(-2)
        registry.gauge("connections_open", help: "Open connections.").set(10)
        registry.callbackGauge("temperature", help: "Warmth.") { 36.6 }
        #expect(
            text == """
                # HELP connections_open Open connections.
                # TYPE connections_open gauge
                connections_open 13
                # HELP http_requests_total Requests.
                # TYPE http_requests_total counter
                http_requests_total{method="GET",route="/public/events"} 42
                http_requests_total{method="POST"} 3
                # HELP temperature Warmth.
                # TYPE temperature gauge
                temperature 36.6

                """)
    }

    @Test("a histogram counts each duration in its bucket, a bound belongs to the bucket below it")
    func histogram() {
        let bounds: [UInt64] = [100_000, 2_500_000, 1_000_000_000]
        let first = registry.histogram("wait_seconds", help: "Wait.", labels: [("q", "a")], buckets: bounds)
        let second = registry.histogram("wait_seconds", help: "Wait.", labels: [("q", "a")], buckets: bounds)
        for nanoseconds: UInt64 in [0, 100_000, 100_001, 2_500_000] {
            first.observe(nanoseconds: nanoseconds)
        }
        for nanoseconds: UInt64 in [999_999_999, 1_000_000_001, 5_000_000_000] {
            second.observe(nanoseconds: nanoseconds)
        }
        #expect(
            text == """
                # HELP wait_seconds Wait.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{q="a",le="0.0001"} 2
                wait_seconds_bucket{q="a",le="0.0025"} 4
                wait_seconds_bucket{q="a",le="1"} 5
                wait_seconds_bucket{q="a",le="+Inf"} 7
                wait_seconds_sum{q="a"} 7.002700001
                wait_seconds_count{q="a"} 7

                """)
    }

    @Test("the longest durations fall past the last of the usual buckets and into none other")
    func overflow() {
        let histogram = registry.histogram("d_seconds", help: "D.")
        histogram.observe(nanoseconds: 10_000_000_000)
        histogram.observe(nanoseconds: 10_000_000_001)
        histogram.observe(nanoseconds: .max)
        #expect(text.contains("d_seconds_bucket{le=\"10\"} 1\n"))
        #expect(text.contains("d_seconds_bucket{le=\"5\"} 0\n"))
        #expect(text.contains("d_seconds_bucket{le=\"+Inf\"} 3\n"))
        #expect(text.contains("d_seconds_count 3\n"))
    }

    @Test("labels and help are escaped as the format wants it")
    func escapes() {
        registry.counter("c_total", help: "a\\b\n\"c\"", labels: [("x", "a\\b\n\"c\"")]).add()
        #expect(text.contains(#"# HELP c_total a\\b\n"c""# + "\n"))
        #expect(text.contains(#"c_total{x="a\\b\n\"c\""} 1"# + "\n"))
    }

    @Test("callbacks write whole numbers, fractions, infinities and NaN as Prometheus reads them")
    func numbers() {
        let values: [(String, Double, String)] = [
            ("a", 3, "3"), ("b", 0.25, "0.25"), ("c", .infinity, "+Inf"), ("d", -.infinity, "-Inf"),
            ("e", .nan, "NaN"),
            ("f", -7, "-7"), ("g", 1e300, "1e+300"),
        ]
        for (name, value, _) in values { registry.callbackGauge(name, help: "x") { value } }
        for (name, _, written) in values { #expect(text.contains("\n\(name) \(written)\n")) }
    }

    @Test("nothing is lost when many threads count")
    func concurrent() async {
        let counter = registry.counter("c_total", help: "C.")
        let histogram = registry.histogram("h_seconds", help: "H.")
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for number in 0..<10_000 {
                        counter.add()
                        histogram.observe(nanoseconds: UInt64(number) * 100_000)
                    }
                }
            }
        }
        #expect(counter.current == 40_000)
        #expect(text.contains("h_seconds_count 40000\n"))
    }

    @Test("the process tells its memory, CPU time, descriptors and start")
    func process() throws {
        registry.addProcessMetrics()
        func value(_ name: String) throws -> Double {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + " ") })
            return try #require(Double(line.dropFirst(name.count + 1)))
        }
        #expect(try value("process_resident_memory_bytes") > 1_000_000)
        #expect(try value("process_cpu_seconds_total") >= 0)
        #expect(try value("process_open_fds") >= 3)
        let start = try value("process_start_time_seconds")
        let now = Double(SystemClock.wallMs()) / 1000
        #expect(start > 1_600_000_000 && start <= now + 2)
        #expect(text.contains("# TYPE process_cpu_seconds_total counter\n"))
    }

    @Test("a name with two meanings stops the program at its start")
    func conflicts() async {
        await #expect(processExitsWith: .failure) {
            let registry = MetricsRegistry()
            _ = registry.counter("x", help: "X.")
            _ = registry.gauge("x", help: "X.")
        }
        await #expect(processExitsWith: .failure) {
            _ = MetricsRegistry().counter("no-name", help: "X.")
        }
    }
}
