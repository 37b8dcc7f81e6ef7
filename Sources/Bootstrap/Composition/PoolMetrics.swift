import Postgres
import Telemetry

/// What a pool counts, where an operator looks for it.
enum PoolMetrics {
    /// How long transactions took, for whoever called: what stands in front of a connection is part of it.
    static func duration(of server: PostgresURL, in metrics: MetricsRegistry) -> Histogram {
        metrics.histogram(
            "ticket_postgres_exchange_duration_seconds",
            help: "From the question to its answer, the wait for a connection included.",
            labels: [("server", server.host)])
    }

    static func tell(_ pool: PostgresPool, to metrics: MetricsRegistry) {
        let rows: [(String, String, any KeyPath<PoolCounters, Int> & Sendable)] = [
            ("connections_made", "Connections that were made.", \.connectionsMade),
            ("connect_failures", "Connections that could not be made.", \.connectFailures),
            ("connections_lost", "Connections that the other side or a deadline ended.", \.connectionsLost),
            ("nonsense_answers", "Connections closed because an answer made no sense.", \.nonsenseAnswers),
            ("refusals", "Errors that the server answered with.", \.refusals),
            ("unknown_errors", "Those among them whose code PostgreSQL does not list.", \.unknownErrors),
            ("exchanges", "Transactions that were sent.", \.exchanges),
            ("waits_given_up", "Transactions that no connection was free for in time.", \.waitsGivenUp),
            ("retries", "Transactions that were sent again.", \.retries),
            ("unknown_outcomes", "Transactions of which nobody said how they ended.", \.unknownOutcomes),
        ]
        metrics.callbackGauge(
            "ticket_postgres_connections", help: "Open connections.", labels: [("server", pool.server.host)]
        ) { Double(pool.counters.connectionsOpen) }
        for (name, help, count) in rows {
            metrics.callbackCounter(
                "ticket_postgres_\(name)_total", help: help, labels: [("server", pool.server.host)]
            ) { Double(pool.counters[keyPath: count]) }
        }
    }
}
