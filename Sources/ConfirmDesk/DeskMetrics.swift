import HTTP
import Telemetry

/// What one loop's desk counts.
final class DeskMetrics {
    let opened: Counter
    let replayed: Counter
    let cancelled: Counter
    let guests: Counter
    let negativeCacheRefusals: Counter
    let contendersWaiting: Gauge
    let queueSendFailures: Counter
    private let registry: MetricsRegistry
    private var refusals: [String: Counter] = [:]
    private var portErrors: [String: Counter] = [:]

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        opened = registry.counter("ticket_confirm_intents_opened_total", help: "Intents answered with 201.")
        replayed = registry.counter(
            "ticket_confirm_intents_replayed_total", help: "Repeated requests answered with the first answer."
        )
        cancelled = registry.counter(
            "ticket_confirm_intents_cancelled_total", help: "Cancels answered with 200, repeated ones too.")
        guests = registry.counter("ticket_confirm_guests_total", help: "Guest tokens given.")
        negativeCacheRefusals = registry.counter(
            "ticket_confirm_negative_cache_refusals_total",
            help: "Purchases refused because a seat was just seen taken, without asking the ledger.")
        contendersWaiting = registry.gauge(
            "ticket_confirm_contenders_waiting", help: "Purchases that wait for another one's seats.")
        queueSendFailures = registry.counter(
            "ticket_confirm_queue_send_failures_total", help: "Messages that the queue did not take.")
    }

    /// Reasons are the names of problems, so there are few.
    func countRefusal(_ problem: Problem) {
        let reason = problem.name.description
        if let counter = refusals[reason] { return counter.add() }
        let counter = registry.counter(
            "ticket_confirm_refusals_total", help: "Requests refused, by the problem's name.",
            labels: [("reason", reason)])
        counter.add()
        refusals[reason] = counter
    }

    /// `port` and `code` are the program's own words.
    func countPortError(port: String, code: String) {
        let name = "\(port) \(code)"
        if let counter = portErrors[name] { return counter.add() }
        let counter = registry.counter(
            "ticket_confirm_port_errors_total", help: "Failed calls to what the desk depends on.",
            labels: [("port", port), ("code", code)])
        counter.add()
        portErrors[name] = counter
    }
}
