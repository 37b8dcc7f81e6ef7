/// Prometheus text format 0.0.4.
struct MetricsText {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ family: MetricFamily, named name: String) {
        line("# HELP \(name) \(MetricName.escaped(family.help, quotes: false))")
        line("# TYPE \(name) \(family.kind.rawValue)")
        for (labels, instances) in family.series.sorted(by: { $0.key < $1.key }) {
            switch family.kind {
            case .histogram: appendHistogram(instances, named: name, labels: labels)
            case .counter, .gauge:
                line("\(name)\(braced(labels)) \(sum(instances))")
            }
        }
    }

    private mutating func appendHistogram(_ instances: [MetricInstance], named name: String, labels: String) {
        let histograms = instances.compactMap { instance -> Histogram? in
            guard case .histogram(let histogram) = instance else { return nil }
            return histogram
        }
        guard let first = histograms.first else { return }
        // Each bucket is read once and the count is their sum, so buckets and count always agree.
        var totals = HistogramTotals(boundCount: first.boundCount)
        for histogram in histograms { histogram.add(to: &totals) }
        let prefix = labels.isEmpty ? "" : labels + ","
        var count: UInt64 = 0
        for index in 0..<first.boundCount {
            count += totals.counts[index]
            line("\(name)_bucket{\(prefix)le=\"\(Self.seconds(first.bound(index)))\"} \(count)")
        }
        count += totals.counts[first.boundCount]
        line("\(name)_bucket{\(prefix)le=\"+Inf\"} \(count)")
        line("\(name)_sum\(braced(labels)) \(Self.seconds(totals.sumNs))")
        line("\(name)_count\(braced(labels)) \(count)")
    }

    /// Whole numbers stay exact; only callbacks may bring fractions.
    private func sum(_ instances: [MetricInstance]) -> String {
        var whole: Int64 = 0
        var fraction: Double?
        for instance in instances {
            switch instance {
            case .counter(let counter): whole &+= Int64(truncatingIfNeeded: counter.current)
            case .gauge(let gauge): whole &+= gauge.current
            case .callbackGauge(let read), .callbackCounter(let read): fraction = (fraction ?? 0) + read()
            case .histogram: break
            }
        }
        guard let fraction else { return String(whole) }
        return Self.number(fraction + Double(whole))
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return value.description
    }

    /// Nanoseconds as seconds, exactly and without trailing zeros.
    static func seconds(_ nanoseconds: UInt64) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest > 0 else { return String(whole) }
        let digits = String(rest)
        var fraction = String(repeating: "0", count: 9 - digits.count) + digits
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }

    private func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    private mutating func line(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }
}
