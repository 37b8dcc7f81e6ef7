import EventFiles
import Ticketing

/// `ticket events seed`: the event that a deployment begins with.
enum EventSeed {
    /// Not a setting of ours by name: only this one command reads it.
    static let variable = "SEED_EVENT"

    static let command = Command(
        "events seed", summary: "Brings the event that the variable SEED_EVENT holds.",
        details: """
            SEED_EVENT is `none`, `demo`, or the text of an event file (docs/event-file.md). It is for a task that has no file to
            read, such as the one of `make 08-db-init`, and safe to repeat: a demo event that is there is left alone, and the same
            text again changes nothing.
            """
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        switch run.environment[variable] ?? "" {
        case "": throw .usage("\(variable) must be `none`, `demo` or the text of an event file")
        case "none": run.console.say("No event was asked for.")
        case "demo": try await bringDemo(run)
        case let text:
            try await EventImport.bring(
                try EventImport.listing(in: Array(text.utf8), from: variable, run.console), run)
        }
    }

    /// What an operator has made of it since is left alone.
    private static func bringDemo(_ run: CommandRun) async throws(CommandFailure) {
        let stores = try run.stores()
        defer { stores.close() }
        let now = run.clock.now()
        try await asking { () throws(PortError) in
            try await DemoImport.run(into: stores.catalogue, now: now)
        }
        run.console.say("The demo event is there.")
    }
}
