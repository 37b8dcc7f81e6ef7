import EventFiles
import JSON
import Ticketing

/// `ticket events import FILE.json`
enum EventImport {
    static func run(_ run: CommandRun) async throws(CommandFailure) {
        let path = try run.arguments.operand("FILE.json")
        let listing = try read(path, run.console)
        guard !run.arguments.has("--dry-run") else {
            return tell("valid", listing, "is right; nothing was imported", run)
        }
        try await bring(listing, run)
    }

    static func bring(_ listing: Listing, _ run: CommandRun) async throws(CommandFailure) {
        let stores = try run.stores()
        defer { stores.close() }
        let now = run.clock.now()
        let outcome = try await asking { () throws(PortError) in
            try await stores.catalogue.importListing(listing, now: now)
        }
        switch outcome {
        case .added: tell("added", listing, "is there now", run)
        case .updated: tell("updated", listing, "is changed", run)
        case .unchanged: tell("unchanged", listing, "was there already, just so", run)
        case .refusedMapInUse(let lockedSeats): throw refusal(listing, lockedSeats, run)
        }
    }

    private static func read(_ path: String, _ console: Console) throws(CommandFailure) -> Listing {
        let source = path == "-" ? "/dev/stdin" : path
        guard let bytes = BoundedFile.read(source, maxBytes: EventFile.maxBytes) else {
            throw .noInput("cannot read \(path): it must be a readable file of at most 256 MiB")
        }
        return try listing(in: bytes, from: path, console)
    }

    /// `source` is what a fault's line and column are counted in.
    static func listing(
        in bytes: [UInt8], from source: String, _ console: Console
    ) throws(CommandFailure) -> Listing {
        do throws(EventFileFaults) {
            return try EventFile.read(bytes)
        } catch {
            throw invalid(source, error.faults, console)
        }
    }

    /// Every fault in the form that editors and terminals make a link of.
    private static func invalid(
        _ path: String, _ faults: [EventFileFault], _ console: Console
    ) -> CommandFailure {
        if !console.isJSON {
            for fault in faults { console.complain("\(path):\(fault.line):\(fault.column): \(fault.reason)") }
        }
        console.json { writer in
            writer.member("outcome", "invalid")
            writer.array("faults") { writer in
                for fault in faults {
                    writer.object { writer in
                        writer.member("line", fault.line)
                        writer.member("column", fault.column)
                        writer.member("reason", fault.reason)
                    }
                }
            }
        }
        let count = faults.count == 1 ? "1 fault" : "\(faults.count) faults"
        return .badData("\(path) has \(count); nothing was imported")
    }

    private static func tell(_ outcome: StaticString, _ listing: Listing, _ words: String, _ run: CommandRun)
    {
        let event = listing.event
        let parts =
            "\(event.capacity) seats in \(event.sections.count) sections, \(event.prices.count) prices"
        let phase = SalePhase(of: event, at: run.clock.now())
        run.console.say("Event \(event.id) \(words): \(parts), \(phase.words).")
        run.console.json { writer in
            writer.member("outcome", outcome)
            writer.member("event", event.id.text)
            writer.member("seats", event.capacity)
            writer.member("map", event.mapHash.text)
            writer.member("sale", phase.word)
        }
    }

    private static func refusal(_ listing: Listing, _ lockedSeats: Int, _ run: CommandRun) -> CommandFailure {
        run.console.json { writer in
            writer.member("outcome", "refused")
            writer.member("event", listing.event.id.text)
            writer.member("lockedSeats", lockedSeats)
        }
        return .finding(
            "the seats of event \(listing.event.id) are others than before, and \(lockedSeats) of the old ones are held or "
                + "sold; nothing was imported: bring it under another id, or keep its seats")
    }
}
