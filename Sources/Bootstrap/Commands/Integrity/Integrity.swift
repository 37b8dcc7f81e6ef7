import JSON
import Ticketing

/// `ticket integrity EVENT`: the numbers of the page of that name, counted by this program.
enum Integrity {
    static let command = Command(
        "integrity", "EVENT", summary: "Counts every seat and ticket of an event, and whether it adds up.",
        details: """
            capacity = free + held + selling + sold + blocked; no seat is sold twice; every sold seat has its ticket; no lock is
            on a seat that the map does not have. It ends with 1 when anything of it is not so.
            """
    ) { run async throws(CommandFailure) in
        let id = try event(try run.arguments.operand("event"))
        let stores = try run.existingStores()
        defer { stores.close() }
        let listing = try await asking { () throws(PortError) in try await stores.catalogue.listing(id) }
        guard let listing else { throw .noInput("there is no event \(id): `ticket events list` lists them") }
        let count = try await count(listing, stores, run.clock)
        tell(count, of: id, run.console)
        guard count.faults.isEmpty else {
            throw .finding("event \(id): \(count.faults.joined(separator: "; "))")
        }
    }

    private static func count(
        _ listing: Listing, _ stores: Stores, _ clock: any WallClock
    ) async throws(CommandFailure) -> IntegrityCount {
        try await asking { () throws(PortError) in
            try await IntegrityCount.takeSettled(of: listing, from: stores, clock)
        }
    }

    private static func event(_ text: String) throws(CommandFailure) -> EventID {
        do throws(InvalidValue) {
            return try EventID(text)
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func tell(_ count: IntegrityCount, of event: EventID, _ console: Console) {
        for (name, number) in count.numbers {
            console.say(padded("\(name)", 16) + (number.map { "\($0)" } ?? "not known"))
        }
        if count.faults.isEmpty { console.say("\nIt adds up.") }
        console.json { writer in
            writer.member("event", event.text)
            for (name, number) in count.numbers {
                if let number { writer.member(name, number) } else { writer.null(name) }
            }
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
