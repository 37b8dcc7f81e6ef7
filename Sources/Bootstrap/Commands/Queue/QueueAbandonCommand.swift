import OrderWorker
import Ticketing

/// `ticket queue abandon`
enum QueueAbandonCommand {
    /// Side by side, so that the writes of several share a commit.
    private static let pageSize = 64

    static let command = Command(
        "queue abandon", summary: "Ends dead letters: pays back, declines the intents, frees their seats.",
        details: """
            It cannot be undone. All of them are abandoned only with --yes; on a terminal it asks before it begins, without one
            a filter or --yes is enough.
            """,
        options: DeadLetterWork.options + [CommandOption("--yes", nil, "Asks nothing.")]
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        let choice = try DeadLetterChoice(run)
        let isDryRun = run.arguments.has("--dry-run")
        guard isDryRun || !choice.isEverything || run.arguments.has("--yes") else {
            throw .usage(
                "this would abandon every dead letter: say --yes, or which with --id, --reason or --event")
        }
        let stores = try run.existingStores()
        defer { stores.close() }
        let keys = try await choice.keys(of: stores.deadLetters)
        guard !isDryRun else {
            return try DeadLetterWork.tell(keys, failed: [], member: "abandoned", verb: "abandoned", run)
        }
        try confirm(keys.count, run)
        let outcomes = await abandon(keys, DeadLetterWork.desk(stores, run), run)
        try DeadLetterWork.tell(
            outcomes.filter { $0.reason == nil }.map(\.key),
            failed: outcomes.compactMap { outcome in outcome.reason.map { (key: outcome.key, reason: $0) } },
            member: "abandoned", verb: "abandoned", run)
    }

    private static func confirm(_ count: Int, _ run: CommandRun) throws(CommandFailure) {
        guard count > 0, !run.arguments.has("--yes"), run.console.output.isTerminal(.standardError) else {
            return
        }
        run.console.output.write(
            "Pay back and decline \(DeadLetterWork.count(count))? [y/N] ", to: .standardError)
        guard run.console.output.readLine()?.lowercased() == "y" else {
            throw .usage("nothing was abandoned")
        }
    }

    /// Each key with the reason why it is not abandoned, or nil.
    private static func abandon(
        _ keys: [String], _ desk: DeadLetterDesk, _ run: CommandRun
    ) async -> [(key: String, reason: String?)] {
        var outcomes: [(key: String, reason: String?)] = []
        var progress = CommandProgress("abandoned", of: keys.count, on: run.console)
        let loop = run.loop
        for start in stride(from: 0, to: keys.count, by: pageSize) {
            outcomes += await withTaskGroup(of: (key: String, reason: String?).self) { group in
                for key in keys[start..<min(start + pageSize, keys.count)] {
                    group.addTask(executorPreference: loop) { (key, fault(await desk.abandon(key))) }
                }
                var page: [(key: String, reason: String?)] = []
                for await outcome in group { page.append(outcome) }
                return page
            }
            progress.reached(outcomes.count)
        }
        progress.end()
        return outcomes.sorted { $0.key < $1.key }
    }

    private static func fault(_ outcome: AbandonOutcome) -> String? {
        switch outcome {
        case .abandoned, .letterRemoved, .alreadyEnded(.declined): nil
        case .alreadyEnded(let state): "it has ended as \(state) meanwhile; its letter is gone"
        case .refusedOrderExists: "its order stands already; redrive it, and it ends as confirmed"
        case .refusedNotDead: "it is no dead letter any more; a worker has it"
        case .unknown: "nobody knows it"
        case .failed(let reason): reason
        }
    }
}
