import JSON
import Ticketing

/// `ticket ledger rebuild EVENT`: from the order book, which says what was sold, back to the locks.
enum LedgerRebuild {
    /// So many orders are read at once.
    private static let pageSize = 500

    struct Tally {
        var present = 0
        var written = 0
        var failed: [(order: OrderNumber, reason: String)] = []
    }

    static func run(_ run: CommandRun) async throws(CommandFailure) {
        let event = try event(try run.arguments.operand("event"))
        let isDryRun = run.arguments.has("--dry-run")
        guard isDryRun || run.arguments.has("--workers-stopped") else {
            throw .usage(
                "stop the workers, close the sale, and say --workers-stopped; or look first with --dry-run")
        }
        let stores = try run.existingStores()
        defer { stores.close() }
        let known = try await asking { () throws(PortError) in try await stores.catalogue.event(event) }
        guard known != nil else {
            throw .noInput("there is no event \(event): `ticket events list` lists them")
        }
        var tally = Tally()
        var last: OrderNumber?
        repeat {
            let after = last
            let page = try await asking { () throws(PortError) in
                try await stores.orders.orders(of: event, after: after, limit: pageSize)
            }
            for order in page {
                let outcome = try await asking { () throws(PortError) in
                    try await RebuiltOrder(order).bring(
                        into: stores.ledger, isDryRun: isDryRun, clock: run.clock)
                }
                switch outcome {
                case .present: tally.present += 1
                case .written: tally.written += 1
                case .failed(let reason): tally.failed.append((order.number, reason))
                }
            }
            last = page.count == pageSize ? page.last?.number : nil
        } while last != nil
        try tell(tally, event, isDryRun, run.console)
    }

    private static func event(_ text: String) throws(CommandFailure) -> EventID {
        do throws(InvalidValue) {
            return try EventID(text)
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func tell(
        _ tally: Tally, _ event: EventID, _ isDryRun: Bool, _ console: Console
    ) throws(CommandFailure) {
        for (order, reason) in tally.failed { console.complain("order \(order): \(reason)") }
        console.say(
            "Event \(event): \(tally.present) orders stood in the ledger, \(tally.written) "
                + "\(isDryRun ? "would be" : "were") written back, \(tally.failed.count) could not be.")
        console.json { writer in
            writer.member("event", event.text)
            writer.member("dryRun", isDryRun)
            writer.member("present", tally.present)
            writer.member("written", tally.written)
            writer.array("failed") { writer in
                for (order, reason) in tally.failed {
                    writer.object { writer in
                        writer.member("order", order.text)
                        writer.member("reason", reason)
                    }
                }
            }
        }
        guard tally.failed.isEmpty else {
            throw .finding("\(tally.failed.count) orders of \(event) are not in the ledger")
        }
    }
}
