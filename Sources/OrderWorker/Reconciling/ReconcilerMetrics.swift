import Telemetry

/// What reconcilers of this process found and did, summed over their passes.
struct ReconcilerMetrics: Sendable {
    let passes: Counter
    let failedPasses: Counter
    private let findings: [String: Counter]

    init(_ registry: MetricsRegistry) {
        passes = registry.counter("ticket_reconciler_passes_total", help: "Passes that came to their end.")
        failedPasses = registry.counter(
            "ticket_reconciler_failed_passes_total", help: "Passes that an error ended.")
        var findings: [String: Counter] = [:]
        for (name, _) in ReconciliationReport().counts {
            findings[name] = registry.counter(
                "ticket_reconciler_findings_total", help: "What passes found and mended.",
                labels: [("finding", name)])
        }
        self.findings = findings
    }

    func count(_ report: ReconciliationReport) {
        for (name, count) in report.counts { findings[name]?.add(UInt64(count)) }
    }
}
