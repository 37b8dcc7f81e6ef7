/// A metric as CloudWatch has it, and where it comes from. Names and units are a contract with the dashboard and
/// the alarms in `stacks/`.
package struct CloudWatchMetric: Sendable {
    package enum Unit: String, Sendable {
        case count = "Count"
        case milliseconds = "Milliseconds"
        case seconds = "Seconds"
    }

    enum Source: Sendable {
        /// What was added since the line before, over several names, less what is counted under others.
        case added([Term], less: [Term])
        case now(String)
        /// What was observed since the line before.
        case distribution(String)
    }

    /// The series of one name, all or those that carry a label.
    struct Term: Sendable {
        let name: String
        /// Any of these; none stands for all.
        let labels: [String]
        let exceptLabels: [String]

        init(_ name: String, _ labels: [String] = [], except exceptLabels: [String] = []) {
            self.name = name
            self.labels = labels
            self.exceptLabels = exceptLabels
        }

        func sum(in reading: MetricsReading) -> Double {
            reading.sum(name) { series in
                (labels.isEmpty || labels.contains { series.contains($0) })
                    && !exceptLabels.contains { series.contains($0) }
            }
        }
    }

    package let name: String
    package let unit: Unit
    let source: Source

    private init(_ name: String, _ unit: Unit, _ source: Source) {
        self.name = name
        self.unit = unit
        self.source = source
    }

    private static func added(_ name: String, _ terms: Term..., less: [Term] = []) -> CloudWatchMetric {
        CloudWatchMetric(name, .count, .added(terms, less: less))
    }

    // MARK: The contract

    private static let requests = "ticket_http_requests_total"

    static let ofEveryService = [
        added("Requests", Term(requests)),
        // Of 5xx answers 503 is a refusal that is meant.
        added("ServerErrors", Term(requests, ["status=\"5"], except: ["status=\"503\""])),
        added("Refusals", Term(requests, ["status=\"429\"", "status=\"503\""])),
        CloudWatchMetric(
            "RequestLatency", .milliseconds, .distribution("ticket_http_request_duration_seconds")),
        CloudWatchMetric("Connections", .count, .now("ticket_http_connections")),
    ]

    private static let seatRefusals = Term("ticket_confirm_refusals_total", ["reason=\"seat-unavailable\""])

    static let ofConfirm = [
        added("IntentsOpened", Term("ticket_confirm_intents_opened_total")),
        added("IntentsReplayed", Term("ticket_confirm_intents_replayed_total")),
        added("IntentsCancelled", Term("ticket_confirm_intents_cancelled_total")),
        added("QueueSendFailures", Term("ticket_confirm_queue_send_failures_total")),
        added("LedgerThrottles", Term("ticket_confirm_port_errors_total", ["code=\"throttled\""])),
        // What the process refused from memory has cost the ledger nothing.
        added(
            "LedgerConditionFailures", seatRefusals,
            less: [Term("ticket_confirm_negative_cache_refusals_total")]),
    ]

    static let ofWorker = [
        added("SeatsSold", Term("ticket_worker_seats_sold_total")),
        added("OrdersConfirmed", Term("ticket_worker_settled_total", ["state=\"confirmed\""])),
        added("IntentsDeclined", Term("ticket_worker_settled_total", ["state=\"declined\""])),
        added("IntentsExpired", Term("ticket_worker_settled_total", ["state=\"expired\""])),
        CloudWatchMetric("WorkerLag", .seconds, .now("ticket_worker_lag_seconds")),
        added("DeadLetters", Term("ticket_worker_dead_letters_total")),
        added("DoubleSaleAlarms", Term("ticket_worker_alarms_total", ["alarm=\"seats-already-sold\""])),
        added("ReconcilerFindings", Term("ticket_reconciler_findings_total")),
        CloudWatchMetric("IntegrityFaults", .count, .now("ticket_integrity_faults")),
    ]

    static let ofPublic = [
        added("CacheReads", Term("ticket_public_answers_total", ["how=\"ready\""])),
        added("CacheRefreshes", Term("ticket_public_source_reads_total")),
    ]

    /// What a service writes; the one process that is all of them writes everything.
    package static func metrics(ofService service: String) -> [CloudWatchMetric] {
        switch service {
        case "public": ofEveryService + ofPublic
        case "confirm": ofEveryService + ofConfirm
        case "worker": ofEveryService + ofWorker
        default: ofEveryService + ofPublic + ofConfirm + ofWorker
        }
    }
}
