import JSON

/// What people ask of a histogram, in microseconds.
package struct LatencySummary: Equatable, Sendable {
    package let count: UInt64
    package let p50Us: UInt64
    package let p95Us: UInt64
    package let p99Us: UInt64
    package let p999Us: UInt64
    package let maxUs: UInt64

    package init(_ histogram: LatencyHistogram) {
        count = histogram.count
        // The exact maximum bounds what a counter's upper end says.
        let maxUs = histogram.maxNs / 1_000
        self.maxUs = maxUs
        p50Us = min(histogram.percentileUs(0.5), maxUs)
        p95Us = min(histogram.percentileUs(0.95), maxUs)
        p99Us = min(histogram.percentileUs(0.99), maxUs)
        p999Us = min(histogram.percentileUs(0.999), maxUs)
    }

    package func writeMembers(to writer: inout JSONWriter) {
        writer.member("count", count)
        writer.member("p50Us", p50Us)
        writer.member("p95Us", p95Us)
        writer.member("p99Us", p99Us)
        writer.member("p999Us", p999Us)
        writer.member("maxUs", maxUs)
    }
}
