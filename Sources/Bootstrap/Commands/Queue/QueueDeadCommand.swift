import JSON
import Ticketing

/// `ticket queue dead`
enum QueueDeadCommand {
    static let command = Command(
        "queue dead", summary: "Lists what the worker gave up, with the reason.",
        options: DeadLetterChoice.options + [
            CommandOption("--limit", "N", "How many a page has; 50, at most 10000."),
            CommandOption("--after", "ID", "The page behind this one."),
        ]
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        let choice = try DeadLetterChoice(run)
        let limit = try run.arguments.number("--limit", in: 1...10_000, default: 50)
        let stores = try run.existingStores()
        defer { stores.close() }
        var letters = try await choice.page(
            of: stores.deadLetters, after: run.arguments.value("--after"), limit: limit + 1)
        let hasMore = letters.count > limit
        if hasMore { letters.removeLast() }
        let next = hasMore ? letters.last?.key : nil
        run.console.table(
            ["ID", "EVENT", "DIED", "REASON", "TRIES", "REDRIVEN", "WHAT HAPPENED"],
            letters.map { letter in
                [
                    letter.key, letter.event?.text ?? "-", letter.diedAt.text, letter.kind.rawValue,
                    String(letter.failureCount), String(letter.redriveCount), letter.reason,
                ]
            })
        if letters.isEmpty { run.console.say("There is no dead letter.") }
        if let next { run.console.say("There are more: --after \(next)") }
        run.console.json { writer in
            writer.array("deadLetters") { writer in
                for letter in letters { writer.object { letter.write(to: &$0) } }
            }
            writer.member("next", next)
        }
    }
}

extension DeadLetter {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("id", key)
        writer.member("event", event?.text)
        writer.member("diedAt", diedAt.text)
        writer.member("reason", kind.rawValue)
        writer.member("detail", reason)
        writer.member("failures", failureCount)
        writer.member("redrives", redriveCount)
    }
}
