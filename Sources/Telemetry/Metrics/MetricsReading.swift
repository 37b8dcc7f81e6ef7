/// What all metrics of a process say at one moment, for whoever turns them into another form.
package struct MetricsReading: Sendable {
    struct Series: Sendable {
        /// As they stand between braces in Prometheus text, sorted by name.
        let labels: String
        let value: Double
        let histogram: HistogramReading?
    }

    struct HistogramReading: Sendable {
        /// Upper bounds in nanoseconds.
        let bounds: [UInt64]
        /// One more than there are bounds: the last is what lies above them all.
        let counts: [UInt64]
    }

    let families: [String: [Series]]

    /// The sum of all series of a name that the filter takes; 0 when there is none.
    func sum(_ name: String, _ takes: (String) -> Bool = { _ in true }) -> Double {
        (families[name] ?? []).filter { takes($0.labels) }.reduce(0) {
            $0 + ($1.value.isFinite ? $1.value : 0)
        }
    }

    /// All series of a name as one histogram; nil when there is none.
    func histogram(_ name: String) -> HistogramReading? {
        let readings = (families[name] ?? []).compactMap(\.histogram)
        guard let first = readings.first else { return nil }
        return readings.dropFirst().reduce(first) { sum, next in
            HistogramReading(bounds: sum.bounds, counts: zip(sum.counts, next.counts).map { $0 &+ $1 })
        }
    }
}

extension MetricsRegistry {
    /// Asks every metric once.
    package func read() -> MetricsReading {
        MetricsReading(
            families: families.mapValues { family in
                family.series.map { labels, instances in
                    MetricsReading.Series(
                        labels: labels, value: Self.value(of: instances),
                        histogram: Self.histogram(of: instances))
                }
            })
    }

    private static func value(of instances: [MetricInstance]) -> Double {
        instances.reduce(0) { sum, instance in
            switch instance {
            case .counter(let counter): sum + Double(counter.current)
            case .gauge(let gauge): sum + Double(gauge.current)
            case .callbackGauge(let read), .callbackCounter(let read): sum + read()
            case .histogram: sum
            }
        }
    }

    private static func histogram(of instances: [MetricInstance]) -> MetricsReading.HistogramReading? {
        let histograms = instances.compactMap { instance -> Histogram? in
            guard case .histogram(let histogram) = instance else { return nil }
            return histogram
        }
        guard let first = histograms.first else { return nil }
        var totals = HistogramTotals(boundCount: first.boundCount)
        for histogram in histograms { histogram.add(to: &totals) }
        return MetricsReading.HistogramReading(
            bounds: (0..<first.boundCount).map { first.bound($0) }, counts: totals.counts)
    }
}
