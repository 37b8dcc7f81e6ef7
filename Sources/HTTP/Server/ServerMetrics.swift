import Telemetry

/// What one loop counts about its connections; the routes count their own requests.
struct ServerMetrics {
    let accepted: Counter
    let open: Gauge
    let refusedConnections: Counter
    let overloaded: Counter
    private let timeouts: [Deadline: Counter]
    private let registry: MetricsRegistry

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        accepted = registry.counter("ticket_http_connections_total", help: "Accepted connections.")
        open = registry.gauge("ticket_http_connections", help: "Open connections.")
        refusedConnections = registry.counter(
            "ticket_http_connections_refused_total", help: "Connections turned away at the limit.")
        overloaded = registry.counter(
            "ticket_http_overloaded_total", help: "Requests refused because too many were in flight.")
        timeouts = Dictionary(
            uniqueKeysWithValues: Deadline.allCases.map { kind in
                let counter = registry.counter(
                    "ticket_http_timeouts_total", help: "Connections and requests that ran into a deadline.",
                    labels: [("wait", kind.rawValue)])
                return (kind, counter)
            })
    }

    func countTimeout(_ kind: Deadline) { timeouts[kind]?.add() }
}

/// What a connection is waiting for, each with an end of its own.
enum Deadline: String, CaseIterable {
    case idle, head, body, handler, write, linger
}
