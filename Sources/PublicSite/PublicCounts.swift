import Telemetry

/// What one loop counts about its cache.
struct PublicCounts {
    let readyAnswers: Counter
    let madeAnswers: Counter
    let waits: Counter
    let refreshes: Counter
    let failedRefreshes: Counter
    let sourceReads: Counter
    let cacheFailures: Counter
    let evictions: Counter
    let answers: Gauge
    let answerBytes: Gauge
    let refreshDuration: Histogram

    init(_ metrics: MetricsRegistry) {
        func answered(_ how: String) -> Counter {
            metrics.counter(
                "ticket_public_answers_total", help: "Answers by how they came about.",
                labels: [("how", how)])
        }
        func refreshed(_ outcome: String) -> Counter {
            metrics.counter(
                "ticket_public_refreshes_total", help: "Refreshes of what is shown, by how they ended.",
                labels: [("outcome", outcome)])
        }
        readyAnswers = answered("ready")
        madeAnswers = answered("made")
        waits = answered("waited")
        refreshes = refreshed("done")
        failedRefreshes = refreshed("failed")
        sourceReads = metrics.counter(
            "ticket_public_source_reads_total",
            help: "Refreshes that read the source and not the shared cache.")
        cacheFailures = metrics.counter(
            "ticket_public_shared_cache_failures_total", help: "Calls to the shared cache that failed.")
        evictions = metrics.counter(
            "ticket_public_evictions_total", help: "Ready answers that made room for others.")
        answers = metrics.gauge("ticket_public_ready_answers", help: "Answers that stand ready.")
        answerBytes = metrics.gauge(
            "ticket_public_ready_bytes", help: "Bytes of the bodies that stand ready.")
        refreshDuration = metrics.histogram(
            "ticket_public_refresh_duration_seconds", help: "How long refreshes took.")
    }
}
