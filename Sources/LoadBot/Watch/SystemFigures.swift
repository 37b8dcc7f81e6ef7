/// What the system's own metrics say about a while: the difference of two readings, or the state at the second.
package enum SystemFigures {
    /// The figures' names with what people call them, in the order of reports.
    package static let names: [(name: String, words: String, unit: String)] = [
        ("cacheHitPercent", "cache hits", "%"),
        ("dynamoThrottlesPerSecond", "DynamoDB throttles", "/s"),
        ("sqlMs", "SQL, mean", "ms"),
        ("sqlConnections", "SQL connections", ""),
        ("queueDepth", "queue depth", ""),
        ("queueOldestMs", "oldest message", "ms"),
        ("tasks", "tasks", ""),
    ]

    package static func between(_ before: PrometheusText, _ after: PrometheusText, seconds: Double)
        -> [String: Double]
    {
        var figures: [String: Double] = [:]
        func difference(_ read: (PrometheusText) -> Double?) -> Double? {
            guard let newer = read(after) else { return nil }
            // A process that began anew counts from 0.
            let older = read(before) ?? 0
            return newer >= older ? newer - older : newer
        }
        let answers = difference { $0.sum("ticket_public_answers_total") }
        let ready = difference { $0.sum("ticket_public_answers_total", labels: "how=\"ready\"") }
        if let answers, let ready, answers > 0 { figures["cacheHitPercent"] = ready / answers * 100 }
        if let throttles = difference({ $0.sum(where: isThrottle) }), seconds > 0 {
            figures["dynamoThrottlesPerSecond"] = throttles / seconds
        }
        let sum = difference { $0.sum("ticket_postgres_exchange_duration_seconds_sum") }
        let count = difference { $0.sum("ticket_postgres_exchange_duration_seconds_count") }
        if let sum, let count, count > 0 { figures["sqlMs"] = sum / count * 1_000 }
        figures["sqlConnections"] = after.sum("ticket_postgres_connections")
        // Of the queue and not of a worker: every worker's page says it.
        figures["queueOldestMs"] = after.most("ticket_worker_lag_seconds").map { $0 * 1_000 }
        return figures
    }

    private static func isThrottle(_ series: PrometheusText.Series) -> Bool {
        series.name == "ticket_aws_failures_total" && series.labels.contains("dynamodb")
            && series.labels.contains("throttl")
    }

}
