import JSON
import OrderWorker
import Telemetry
import Ticketing

/// What `queue redrive` and `queue abandon` have in common: which letters, how many there are, and how it went.
enum DeadLetterWork {
    static let options =
        DeadLetterChoice.options + [
            CommandOption("--dry-run", nil, "Says which letters it would be, and does nothing.")
        ]

    /// The desk of the worker, on the loop of this command.
    static func desk(_ stores: Stores, _ run: CommandRun) -> DeadLetterDesk {
        let clock = run.clock
        return DeadLetterDesk(
            ports: WorkerPorts(
                ledger: stores.ledger, queue: stores.queue, orderBook: stores.orders,
                deadLetters: stores.deadLetters, gateway: stores.payments(clock: clock), clock: clock,
                randomness: stores.randomness, logger: run.logger, metrics: MetricsRegistry()))
    }

    /// Says what came of it, and throws when a letter is still where it was for no good reason.
    static func tell(
        _ done: [String], failed: [(key: String, reason: String)], member: StaticString, verb: String,
        _ run: CommandRun
    ) throws(CommandFailure) {
        let isDryRun = run.arguments.has("--dry-run")
        if isDryRun {
            for key in done { run.console.say(key) }
            run.console.say("\(count(done.count)) would be \(verb).")
        } else {
            run.console.say("\(count(done.count)) \(verb).")
        }
        for (key, reason) in failed { run.console.say("\(key) was not: \(reason)") }
        run.console.json { writer in
            writer.member("dryRun", isDryRun)
            writer.array(member) { writer in for key in done { writer.element(key) } }
            writer.array("failed") { writer in
                for (key, reason) in failed {
                    writer.object { writer in
                        writer.member("id", key)
                        writer.member("reason", reason)
                    }
                }
            }
        }
        guard failed.isEmpty else { throw .finding("\(count(failed.count)) could not be \(verb)") }
    }

    static func count(_ letters: Int) -> String { letters == 1 ? "1 letter" : "\(letters) letters" }
}
