import Redis
import Telemetry

/// What happens on the way to Redis, where an operator looks for it.
struct CacheMetrics: Sendable {
    private let connected: Counter
    private let disconnected: Counter
    private let circuitOpened: Counter
    private let refused: Counter
    private let timedOut: Counter
    private let badAnswers: Counter
    private let redirected: Counter

    init(_ metrics: MetricsRegistry) {
        func counter(_ event: String) -> Counter {
            metrics.counter(
                "ticket_cache_events_total", help: "What happened on the way to the shared cache.",
                labels: [("event", event)])
        }
        connected = counter("connected")
        disconnected = counter("disconnected")
        circuitOpened = counter("circuit_opened")
        refused = counter("refused")
        timedOut = counter("timed_out")
        badAnswers = counter("bad_answer")
        redirected = counter("redirected")
    }

    @Sendable func observe(_ event: RedisEvent) {
        switch event {
        case .connected: connected.add()
        case .disconnected: disconnected.add()
        case .circuitOpened: circuitOpened.add()
        case .refused: refused.add()
        case .timedOut: timedOut.add()
        case .badAnswer: badAnswers.add()
        case .redirected: redirected.add()
        case .circuitClosed, .slotsRead: break
        }
    }
}
