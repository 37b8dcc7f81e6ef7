import Telemetry

/// One method of one path, with what is counted about it.
package final class Endpoint {
    let handler: Handler
    let label: String
    let method: StaticString
    private let duration: Histogram
    private var answers: [Counter?] = Array(repeating: nil, count: 500)
    private let metrics: MetricsRegistry

    init(_ method: StaticString, label: String, handler: Handler, metrics: MetricsRegistry) {
        self.handler = handler
        self.label = label
        self.method = method
        self.metrics = metrics
        duration = metrics.histogram(
            "ticket_http_request_duration_seconds", help: "From the arrival of a request to its answer.",
            labels: [("route", label)])
    }

    /// Notes an answer and how long it took.
    @inline(__always)
    func count(_ status: Status, durationNs: UInt64) {
        let index = Int(status.code) - 100
        if let counter = answers[index] { counter.add() } else { first(status).add() }
        duration.observe(nanoseconds: durationNs)
    }

    private func first(_ status: Status) -> Counter {
        let counter = metrics.counter(
            "ticket_http_requests_total", help: "Answered requests.",
            labels: [("route", label), ("method", method.description), ("status", String(status.code))])
        answers[Int(status.code) - 100] = counter
        return counter
    }
}
