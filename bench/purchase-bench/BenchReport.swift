import JSON
import LoadBot

/// One JSON line about a run.
enum BenchReport {
    static func json(_ result: PurchaseRun.Result, _ plan: PurchaseRun.Plan) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("offered", plan.ratePerSecond)
            writer.member("seconds", Double(result.elapsedNs) / 1e9)
            writer.member("due", plan.seats.count)
            writer.member("created", result.created)
            writer.member("failures", result.failures)
            writer.name("answers")
            writer.object { writer in
                for (status, count) in result.answersByStatus.sorted(by: { $0.key < $1.key }) {
                    writer.name(String(status))
                    writer.element(count)
                }
            }
            for (name, share) in [("p50Us", 0.5), ("p95Us", 0.95), ("p99Us", 0.99), ("p999Us", 0.999)] {
                writer.name(name)
                writer.element(result.latency.percentileUs(share))
            }
            writer.member("maxUs", result.latency.maxNs / 1_000)
            writer.member("latenessP99Us", result.lateness.percentileUs(0.99))
            writer.member("firstFailure", result.firstFailure)
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
