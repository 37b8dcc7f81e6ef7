import EventFiles
import JSON
import Ticketing

/// `ticket events …`: what is on sale.
enum EventCommands {
    static let all = [importFile, EventSeed.command, list, demo]

    private static let importFile = Command(
        "events import", "FILE.json", summary: "Brings an event from a file, or a changed one.",
        details: """
            The file's form is described in docs/event-file.md; `ticket events demo` prints one to start from, and - reads
            standard input. The same file again changes nothing. A map that differs is refused while seats of the old one
            are held or sold.
            """,
        options: [CommandOption("--dry-run", nil, "Checks the file and imports nothing.")],
        run: EventImport.run)

    private static let list = Command(
        "events list", summary: "Lists the events, and whether each is on sale."
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        let stores = try run.existingStores()
        defer { stores.close() }
        let events = try await asking { () throws(PortError) in try await stores.catalogue.events() }
        let now = run.clock.now()
        run.console.table(
            ["EVENT", "NAME", "SEATS", "SALE"],
            events.map { [$0.id.text, $0.name, String($0.capacity), SalePhase(of: $0, at: now).words] })
        if events.isEmpty {
            run.console.say("There is no event yet: `ticket events import FILE.json` brings one.")
        }
        run.console.json { writer in
            writer.array("events") { writer in
                for event in events {
                    writer.object { writer in
                        writer.member("id", event.id.text)
                        writer.member("name", event.name)
                        writer.member("venue", event.venue)
                        writer.member("seats", event.capacity)
                        writer.member("sale", SalePhase(of: event, at: now).word)
                        writer.member("opensAt", event.saleWindow.opensAt.text)
                        writer.member("closesAt", event.saleWindow.closesAt.text)
                    }
                }
            }
        }
    }

    private static let demo = Command(
        "events demo", summary: "Prints the file of the event that `ticket run --demo` brings."
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        // The file is JSON already, whatever was asked for.
        run.console.raw(Array(DemoEvent.text.utf8))
    }
}
