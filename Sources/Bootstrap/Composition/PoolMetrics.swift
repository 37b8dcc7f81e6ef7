import Postgres
import Telemetry

/// What a pool counts, where an operator looks for it.
enum PoolMetrics {
    static func tell(_ pool: PostgresPool, to metrics: MetricsRegistry) {
        let rows: [(String, String, any KeyPath<PoolCounters, Int> & Sendable)] = [
            ("connections_made", "Connections that were made.", \.connectionsMade),
            ("connect_failures", "Connections that could not be made.", \.connectFailures),
            ("connections_lost", "Connections that the other side or a deadline ended.", \.connectionsLost),
            ("nonsense_answers", "Connections closed because an answer made no sense.", \.nonsenseAnswers),
            ("exchanges", "Transactions that were sent.", \.exchanges),
            ("waits_given_up", "Transactions that no connection was free for in time.", \.waitsGivenUp),
            ("retries", "Transactions that were sent again.", \.retries),
            ("unknown_outcomes", "Transactions of which nobody said how they ended.", \.unknownOutcomes),
        ]
        for (name, help, count) in rows {
            metrics.callbackCounter(
                "ticket_postgres_\(name)_total", help: help, labels: [("server", pool.server.host)]
            ) { Double(pool.counters[keyPath: count]) }
        }
    }
}
