import OrderWorker
import Ticketing

/// `ticket queue redrive`
enum QueueRedriveCommand {
    /// As many as the desk takes in one page; the progress moves with each.
    private static let pageSize = 100

    static let command = Command(
        "queue redrive", summary: "Sends dead letters back to work, all or some.",
        details: """
            Mend first what they died of. Safe to repeat: work that was done before is found done, and nobody pays twice.
            """,
        options: DeadLetterWork.options
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        let choice = try DeadLetterChoice(run)
        let stores = try run.existingStores()
        defer { stores.close() }
        let keys = try await choice.keys(of: stores.deadLetters)
        guard !run.arguments.has("--dry-run") else {
            return try DeadLetterWork.tell(keys, failed: [], member: "redriven", verb: "redriven", run)
        }
        let desk = DeadLetterWork.desk(stores, run)
        var done: [String] = []
        var failed: [(key: String, reason: String)] = []
        var progress = CommandProgress("redriven", of: keys.count, on: run.console)
        for start in stride(from: 0, to: keys.count, by: pageSize) {
            let page = Array(keys[start..<min(start + pageSize, keys.count)])
            let report = try await asking { () throws(PortError) in try await desk.redrive(.keys(page)) }
            done += report.redrivenKeys
            failed += report.failures.map { (key: $0.key, reason: $0.value) }
            progress.reached(start + page.count)
        }
        progress.end()
        try DeadLetterWork.tell(
            done, failed: failed.sorted { $0.key < $1.key }, member: "redriven", verb: "redriven", run)
    }
}
