import Telemetry

/// What one loop's calls are counted by.
final class CallMetrics {
    struct OfService {
        let calls: Counter
        let attempts: Counter
        let duration: Histogram
    }

    private let registry: MetricsRegistry
    private let dynamoDB: OfService
    private let sqs: OfService
    private var failures: [String: Counter] = [:]

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        dynamoDB = Self.make(.dynamoDB, registry)
        sqs = Self.make(.sqs, registry)
    }

    private static func make(_ service: AWSService, _ registry: MetricsRegistry) -> OfService {
        let labels = [("service", service.rawValue)]
        return OfService(
            calls: registry.counter("ticket_aws_calls_total", help: "Calls to AWS.", labels: labels),
            attempts: registry.counter(
                "ticket_aws_attempts_total", help: "Requests sent to AWS, retries included.", labels: labels),
            duration: registry.histogram(
                "ticket_aws_call_duration_seconds", help: "From a call to AWS to its end, retries included.",
                labels: labels))
    }

    subscript(service: AWSService) -> OfService {
        switch service {
        case .dynamoDB: dynamoDB
        case .sqs: sqs
        }
    }

    /// Of every try that failed. `kind` is a code of ours, never AWS's own words.
    func countFailure(_ service: AWSService, kind: String) {
        let name = "\(service.rawValue) \(kind)"
        if let counter = failures[name] { return counter.add() }
        let counter = registry.counter(
            "ticket_aws_failures_total", help: "Requests to AWS that failed, by kind.",
            labels: [("service", service.rawValue), ("kind", kind)])
        counter.add()
        failures[name] = counter
    }
}
