import JSON
import Ticketing

/// `ticket queue stats`
enum QueueStatsCommand {
    static let command = Command(
        "queue stats", summary: "Counts what waits for the worker, what it works on, and what it gave up.",
        details: """
            SQS does not tell how old its oldest message is: then it is not known (null with --json), and CloudWatch has it as
            ApproximateAgeOfOldestMessage. Every store tells how long the oldest intent has been open (oldestIntentAgeMs, null
            when none is): no message of an intent that still has to end is older, and one in the dead letters counts too.
            """
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        let stores = try run.existingStores()
        defer { stores.close() }
        let stats = try await asking { () throws(PortError) in try await stores.queue.stats() }
        let now = run.clock.now()
        let open = try await asking { () throws(PortError) in
            try await stores.ledger.openIntents(createdBefore: now, after: nil, limit: 1)
        }
        let intentAgeMs = open.first.map { max(0, now.ms(since: $0.createdAt)) }
        let letters = try await asking { () throws(PortError) in try await stores.deadLetters.letterCount() }
        run.console.say("Waiting       \(stats.visible)")
        run.console.say("Worked on     \(stats.inFlight)")
        run.console.say("Oldest        \(oldest(stats))")
        run.console.say("Oldest intent \(intentAgeMs.map { "open for \($0) ms" } ?? "none is open")")
        run.console.say("Dead letters  \(letters)")
        if stats.dead > 0 {
            run.console.say("Dead, and not yet moved to the letters by a worker  \(stats.dead)")
        }
        if letters > 0 {
            run.console.say()
            run.console.say(
                "`ticket queue dead` shows why; then `ticket queue redrive` or `ticket queue abandon`.")
        }
        run.console.json { writer in
            writer.member("visible", stats.visible)
            writer.member("inFlight", stats.inFlight)
            writer.member("dead", stats.dead)
            if let age = stats.oldestAgeMs {
                writer.member("oldestAgeMs", age)
            } else {
                writer.null("oldestAgeMs")
            }
            if let intentAgeMs {
                writer.member("oldestIntentAgeMs", intentAgeMs)
            } else {
                writer.null("oldestIntentAgeMs")
            }
            writer.member("deadLetters", letters)
        }
    }

    private static func oldest(_ stats: QueueStats) -> String {
        guard stats.visible + stats.inFlight > 0 else { return "none" }
        return stats.oldestAgeMs.map { "\($0) ms" } ?? "not known: the queue does not tell"
    }
}
