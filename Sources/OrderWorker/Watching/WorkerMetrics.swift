import Telemetry
import Ticketing

/// What a worker counts. Every label value is known beforehand, so each has its counter from the start and a
/// rate over it is right from the first event.
struct WorkerMetrics {
    let received: Counter
    let probes: Counter
    let staleReceipts: Counter
    let decisionBatches: Counter
    let decisions: Counter
    let letGo: Counter
    let inHand: Gauge
    let seatsSold: Counter
    private let settled: [IntentState: Counter]
    private let failures: [FailureKind: Counter]
    private let deaths: [FailureKind: Counter]
    private let alarms: [String: Counter]
    private let circuits: [Dependency: Gauge]
    private let outages: [Dependency: Counter]
    private let purchase: Histogram

    /// From the intent to its end; the lag of a backlog is seen here.
    private static let purchaseBuckets: [UInt64] = [
        10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000,
    ].map { $0 * 1_000_000 }

    init(_ registry: MetricsRegistry, status: WorkerStatus) {
        received = registry.counter("ticket_worker_received_total", help: "Messages received.")
        probes = registry.counter("ticket_worker_probes_total", help: "Probe messages seen and deleted.")
        staleReceipts = registry.counter(
            "ticket_worker_stale_receipts_total", help: "Messages that another worker had by then.")
        decisionBatches = registry.counter(
            "ticket_worker_decision_batches_total", help: "Transactions of the order book.")
        decisions = registry.counter(
            "ticket_worker_decisions_total", help: "Decisions in these transactions.")
        letGo = registry.counter(
            "ticket_worker_let_go_total", help: "Messages given back to the queue to come again.")
        inHand = registry.gauge("ticket_worker_in_hand", help: "Messages being worked on.")
        seatsSold = registry.counter("ticket_worker_seats_sold_total", help: "Seats of confirmed intents.")
        settled = Self.counters(IntentState.allCases) { state in
            registry.counter(
                "ticket_worker_settled_total", help: "Intents that came to their end here.",
                labels: [("state", state.rawValue)])
        }
        failures = Self.counters(FailureKind.allCases) { kind in
            registry.counter(
                "ticket_worker_failures_total", help: "Failed tries that count against their message.",
                labels: [("kind", kind.rawValue)])
        }
        deaths = Self.counters(FailureKind.allCases) { kind in
            registry.counter(
                "ticket_worker_dead_letters_total", help: "Messages given up.",
                labels: [("kind", kind.rawValue)])
        }
        alarms = Self.counters(Alarm.names) { name in
            registry.counter(
                "ticket_worker_alarms_total", help: "Things that must never happen.",
                labels: [("alarm", name)])
        }
        circuits = Self.counters(Dependency.allCases) { dependency in
            registry.gauge(
                "ticket_worker_circuit_open",
                help: "1 while receiving is stopped because the dependency is down.",
                labels: [("dependency", dependency.rawValue)])
        }
        outages = Self.counters(Dependency.allCases) { dependency in
            registry.counter(
                "ticket_worker_outage_errors_total", help: "Errors that say that the dependency is down.",
                labels: [("dependency", dependency.rawValue)])
        }
        purchase = registry.histogram(
            "ticket_worker_purchase_duration_seconds", help: "From the intent to its end.",
            buckets: Self.purchaseBuckets)
        registry.callbackGauge(
            "ticket_worker_lag_seconds", help: "Age of the oldest message in the queue."
        ) { Double(status.snapshot.lagMs ?? 0) / 1000 }
    }

    func countSettled(_ state: IntentState, ageMs: Int64) {
        settled[state]?.add()
        purchase.observe(nanoseconds: UInt64(max(ageMs, 0)) * 1_000_000)
    }

    func countFailure(_ kind: FailureKind) { failures[kind]?.add() }
    func countDeath(_ kind: FailureKind) { deaths[kind]?.add() }
    func count(_ alarm: Alarm) { alarms[alarm.name]?.add() }
    func countOutage(_ dependency: Dependency) { outages[dependency]?.add() }

    func show(_ condition: Circuit.Condition, of dependency: Dependency) {
        circuits[dependency]?.set(condition == .closed ? 0 : 1)
    }

    private static func counters<Key: Hashable, Value>(
        _ keys: [Key], _ make: (Key) -> Value
    ) -> [Key: Value] {
        Dictionary(keys.map { ($0, make($0)) }, uniquingKeysWith: { first, _ in first })
    }
}
