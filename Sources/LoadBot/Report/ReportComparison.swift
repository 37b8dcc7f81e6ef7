/// Two reports side by side.
package struct ReportComparison: Sendable {
    package struct Row: Equatable, Sendable {
        package let name: String
        package let first: String
        package let second: String
        /// The second over the first; nil where a ratio says nothing.
        package let ratio: Double?
    }

    package let rows: [Row]

    package init(_ first: RunReport, _ second: RunReport) {
        var rows = [
            Row(name: "outcome", first: first.outcome.rawValue, second: second.outcome.rawValue, ratio: nil),
            Row(name: "scenario", first: first.scenario.name, second: second.scenario.name, ratio: nil),
        ]
        func count(_ name: String, _ read: (RunReport) -> Double) {
            let values = (read(first), read(second))
            rows.append(
                Row(
                    name: name, first: DecimalText.of(values.0, digits: 2),
                    second: DecimalText.of(values.1, digits: 2), ratio: Self.ratio(values.0, values.1)))
        }
        func duration(_ name: String, _ values: (UInt64, UInt64)) {
            rows.append(
                Row(
                    name: name, first: DecimalText.duration(us: values.0),
                    second: DecimalText.duration(us: values.1),
                    ratio: Self.ratio(Double(values.0), Double(values.1))))
        }
        func latency(_ name: String, _ one: LatencyHistogram, _ other: LatencyHistogram) {
            let summaries = (LatencySummary(one), LatencySummary(other))
            duration("\(name) p50", (summaries.0.p50Us, summaries.1.p50Us))
            duration("\(name) p95", (summaries.0.p95Us, summaries.1.p95Us))
            duration("\(name) p99", (summaries.0.p99Us, summaries.1.p99Us))
            duration("\(name) max", (summaries.0.maxUs, summaries.1.maxUs))
        }
        count("offered /s") { $0.rate($0.total.offered) }
        count("answered /s") { $0.rate($0.total.answered) }
        count("failed") { Double($0.total.failed) }
        count("unexpected") { Double($0.total.unexpected) }
        count("generator us a request") { $0.cpuPerRequestUs }
        latency("all", first.total.latency, second.total.latency)
        for (one, other) in zip(first.routes, second.routes) {
            let histograms = (one.latency.histogram, other.latency.histogram)
            guard histograms.0.count + histograms.1.count > 0 else { continue }
            latency(one.operation.name, histograms.0, histograms.1)
        }
        self.rows = rows
    }

    private static func ratio(_ first: Double, _ second: Double) -> Double? {
        first > 0 ? second / first : nil
    }
}
