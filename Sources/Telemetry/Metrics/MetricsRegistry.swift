import Synchronization

/// Knows every metric of the process and writes them as Prometheus text.
///
/// Asking again for the same name and labels gives a new instance; the instances are added up when they are read.
/// So each loop counts in memory that no other loop writes.
package final class MetricsRegistry: Sendable {
    /// Metrics come from the program, never from input: more than this is a label with a value per request.
    private static let maxInstances = 50_000

    private struct State {
        var families: [String: MetricFamily] = [:]
        var instances = 0
    }

    private let state = Mutex(State())

    package init() {}

    package func counter(_ name: String, help: String, labels: [(String, String)] = []) -> Counter {
        let counter = Counter()
        add(.counter(counter), name, help, labels)
        return counter
    }

    package func gauge(_ name: String, help: String, labels: [(String, String)] = []) -> Gauge {
        let gauge = Gauge()
        add(.gauge(gauge), name, help, labels)
        return gauge
    }

    /// A histogram of durations; `buckets` are upper bounds in nanoseconds.
    package func histogram(
        _ name: String, help: String, labels: [(String, String)] = [],
        buckets: [UInt64] = Histogram.latencyBuckets
    ) -> Histogram {
        let histogram = Histogram(bounds: buckets)
        add(.histogram(histogram), name, help, labels)
        return histogram
    }

    /// A gauge that is asked only when the metrics are read.
    package func callbackGauge(
        _ name: String, help: String, labels: [(String, String)] = [], read: @escaping @Sendable () -> Double
    ) { add(.callbackGauge(read), name, help, labels) }

    /// A counter that somebody else keeps, asked only when the metrics are read.
    package func callbackCounter(
        _ name: String, help: String, labels: [(String, String)] = [], read: @escaping @Sendable () -> Double
    ) { add(.callbackCounter(read), name, help, labels) }

    /// Everything in Prometheus text format 0.0.4, sorted by name.
    package func render() -> [UInt8] {
        var text = MetricsText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) { text.append(family, named: name) }
        return text.bytes
    }

    /// A copy: callbacks run after the lock is given back, because one of them may ask the registry for a metric.
    var families: [String: MetricFamily] { state.withLock { $0.families } }

    private func add(
        _ instance: MetricInstance, _ name: String, _ help: String, _ labels: [(String, String)]
    ) {
        precondition(MetricName.isValid(name), "\(name) is not a metric name")
        let series = MetricName.series(labels)
        state.withLock { state in
            state.instances += 1
            precondition(
                state.instances <= Self.maxInstances,
                "too many metrics: does \(name) have a label per request?")
            state.families[name, default: MetricFamily(help: help, kind: instance.kind)].add(
                instance, to: series)
        }
    }
}

/// One name with its help, its type and its series.
struct MetricFamily: Sendable {
    let help: String
    let kind: MetricInstance.Kind
    private(set) var series: [String: [MetricInstance]] = [:]

    init(help: String, kind: MetricInstance.Kind) {
        self.help = help
        self.kind = kind
    }

    mutating func add(_ instance: MetricInstance, to labels: String) {
        precondition(instance.kind == kind, "one metric name stands for a \(kind) and a \(instance.kind)")
        if case .histogram(let new) = instance, case .histogram(let old) = series.values.first?.first {
            precondition(new.hasSameBounds(as: old), "one histogram name has two sets of buckets")
        }
        series[labels, default: []].append(instance)
    }
}

/// Where one loop counts, or whom to ask.
enum MetricInstance: Sendable {
    enum Kind: String, Sendable { case counter, gauge, histogram }

    case counter(Counter)
    case gauge(Gauge)
    case histogram(Histogram)
    case callbackGauge(@Sendable () -> Double)
    case callbackCounter(@Sendable () -> Double)

    var kind: Kind {
        switch self {
        case .counter, .callbackCounter: .counter
        case .gauge, .callbackGauge: .gauge
        case .histogram: .histogram
        }
    }
}
