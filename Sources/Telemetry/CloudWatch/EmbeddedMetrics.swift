import JSON

/// Turns readings of the metrics into log lines that CloudWatch reads as metrics (embedded metric format): one line
/// for all of them, with what was added since the line before. Counts are in every line, zeros too: an alarm can then
/// tell nothing from silence.
package struct EmbeddedMetrics: Sendable {
    package static let namespace = "Ticket"

    /// Values a line may have for one metric.
    static let maxValues = 100
    /// In how many values the observations of a bucket are spread over it.
    private static let valuesPerBucket = 4

    private let app: String
    private let service: String
    private let metrics: [CloudWatchMetric]
    private var before: MetricsReading?

    /// `service` is `public`, `confirm` or `worker`; anything else is all of them.
    package init(app: String, service: String) {
        self.app = app
        self.service = service
        metrics = CloudWatchMetric.metrics(ofService: service)
    }

    /// Writes the members of one line and remembers the reading for the next.
    package mutating func write(_ reading: MetricsReading, timestampMs: Int64, into writer: inout JSONWriter)
    {
        // A distribution of nothing has no value at all: none could stand for it.
        let metrics = metrics.filter { metric in
            guard case .distribution(let name) = metric.source else { return true }
            return !distribution(name, reading).isEmpty
        }
        writeDirectory(of: metrics, timestampMs, into: &writer)
        writer.member("App", app)
        writer.member("Service", service)
        for metric in metrics {
            writer.name(metric.name)
            switch metric.source {
            case .now(let name): writer.element(reading.sum(name))
            case .added(let terms, let less):
                // A process counts upwards; a difference of two counts may still be below nothing for a moment.
                writer.element(max(0, growth(terms, reading) - growth(less, reading)))
            case .distribution(let name): writeDistribution(name, reading, into: &writer)
            }
        }
        before = reading
    }

    private func writeDirectory(
        of metrics: [CloudWatchMetric], _ timestampMs: Int64, into writer: inout JSONWriter
    ) {
        writer.object("_aws") { writer in
            writer.member("Timestamp", timestampMs)
            writer.array("CloudWatchMetrics") { writer in
                writer.object { writer in
                    writer.member("Namespace", Self.namespace)
                    writer.array("Dimensions") { writer in
                        writer.array { writer in
                            writer.element("App")
                            writer.element("Service")
                        }
                    }
                    writer.array("Metrics") { writer in
                        for metric in metrics {
                            writer.object { writer in
                                writer.member("Name", metric.name)
                                writer.member("Unit", metric.unit.rawValue)
                            }
                        }
                    }
                }
            }
        }
    }

    private func growth(_ terms: [CloudWatchMetric.Term], _ reading: MetricsReading) -> Double {
        terms.reduce(0) { sum, term in
            sum + max(0, term.sum(in: reading) - (before.map { term.sum(in: $0) } ?? 0))
        }
    }

    /// Values with their counts, as CloudWatch's own exporters write distributions: percentiles over all tasks come
    /// out right, each observation weighing one.
    private func writeDistribution(_ name: String, _ reading: MetricsReading, into writer: inout JSONWriter) {
        let values = distribution(name, reading)
        let count = values.reduce(0) { $0 + $1.count }
        writer.object { writer in
            writer.array("Values") { writer in for value in values { writer.element(value.milliseconds) } }
            writer.array("Counts") { writer in for value in values { writer.element(value.count) } }
            writer.member("Min", values.first?.milliseconds ?? 0)
            writer.member("Max", values.last?.milliseconds ?? 0)
            writer.member("Count", count)
            writer.member("Sum", values.reduce(0) { $0 + $1.milliseconds * Double($1.count) })
        }
    }

    private func distribution(
        _ name: String, _ reading: MetricsReading
    ) -> [(milliseconds: Double, count: UInt64)] {
        guard let now = reading.histogram(name) else { return [] }
        let past = before?.histogram(name)?.counts
        var values: [(milliseconds: Double, count: UInt64)] = []
        for (index, total) in now.counts.enumerated() {
            let added = total &- (past.map { $0[index] } ?? 0)
            let lower = index == 0 ? 0 : Double(now.bounds[index - 1]) / 1_000_000
            // Above the last bound nothing is known but that.
            let upper = index < now.bounds.count ? Double(now.bounds[index]) / 1_000_000 : lower
            values += Self.spread(added, from: lower, to: upper)
        }
        return values
    }

    /// A bucket's observations at even distances in it: all in one place would make every percentile one of its
    /// ends.
    private static func spread(
        _ count: UInt64, from lower: Double, to upper: Double
    ) -> [(milliseconds: Double, count: UInt64)] {
        guard count > 0 else { return [] }
        let places = upper > lower ? min(count, UInt64(valuesPerBucket)) : 1
        return (0..<places).map { place in
            let share = count / places + (place < count % places ? 1 : 0)
            let position = (Double(place) + 0.5) / Double(places)
            return (lower + (upper - lower) * position, share)
        }
    }
}
