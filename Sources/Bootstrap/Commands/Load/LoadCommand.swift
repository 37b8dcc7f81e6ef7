import EventLoop
import Glibc
import LoadBot

/// `ticket load`
enum LoadCommand {
    static let command = Command(
        "load", "[SCENARIO.json]", summary: "Drives a sale as an on-sale does, and says pass or fail.",
        details: """
            Requests are begun when they are due, whatever the server does, and latency counts from then. The scenario is a file
            (docs/load.md) or a preset: onsale (an hour), smoke (half a minute), soak (four hours). Afterwards every purchase is
            followed to its end and the guarantees are checked from outside. It leaves NAME.json and NAME.html.
            It aims at this machine only, unless --i-own-this-target names the host. Ctrl-C ends the run early, with a report.
            It ends with 0 when all is well, with 1 when a stop rule or a guarantee was broken, and with 75 when the run does
            not count: the generator itself fell behind, or somebody ended it early.
            """,
        options: options
    ) { run async throws(CommandFailure) in
        let plan = try LoadPlan(run)
        if run.arguments.has("--print-scenario") { return run.console.raw(plan.order.scenario.json + [0x0a]) }
        let report = try await drive(plan, run)
        try LoadFiles.write(report, to: plan.output)
        LoadWords.tell(report, plan.output, run.console)
        try conclude(report)
    }

    /// The exit code says what the report says.
    static func conclude(_ report: RunReport) throws(CommandFailure) {
        switch report.outcome {
        case .passed: return
        case .failed: throw .finding("the run failed")
        case .doesNotCount:
            throw .tryAgain("the run does not count: \(report.whyItDoesNotCount ?? "")")
        }
    }

    private static let options = [
        CommandOption("--preset", "NAME", "onsale, smoke or soak, in place of a file."),
        CommandOption(
            "--peak", "N", "Requests a second at the peak; above \(LoadPlan.usualMaxRate) with --max-rate."),
        CommandOption("--time-scale", "X", "Makes every duration so many times as long: 0.01 for a laptop."),
        CommandOption("--seed", "N", "Another run of chance."),
        CommandOption("--target", "URL", "Where to aim; http://127.0.0.1:8080."),
        CommandOption("--confirm", "URL", "Where /confirm is, when it is elsewhere."),
        CommandOption(
            "--tokens", "FILE", "Buyers' tokens, one a line, as `ticket token issue --count N` makes them."),
        CommandOption(
            "--metrics", "URL", "A metrics page to read meanwhile; may be repeated.", isRepeatable: true),
        CommandOption(
            "--fault-at", "TIME COMMAND",
            "Runs the command then (60s, 2m) and measures the recovery; may be repeated.",
            words: 2, isRepeatable: true),
        CommandOption(
            "--ecs", "CLUSTER:SERVICE,...",
            "Counts running tasks with the `aws` command and says how fast scaling reacted."),
        CommandOption("--count-tasks", "COMMAND", "The same with another command that prints a number."),
        CommandOption("--probes", nil, "Sends the queue's share as probe messages into the queue of --data."),
        CommandOption("--shard", "I/N", "This is one of N boxes that share the load."),
        CommandOption("--loops", "N", "Event loops of the generator; one a core."),
        CommandOption("--output", "NAME", "Where the report goes, without .json and .html; ticket-load."),
        CommandOption("--no-verdict", nil, "Measures only: no purchase is followed to its end."),
        CommandOption("--print-scenario", nil, "Prints the scenario as a file, and runs nothing."),
        CommandOption(
            "--i-own-this-target", "HOST", "Allows a target that is not this machine; may be repeated.",
            isRepeatable: true),
        CommandOption("--max-rate", "N", "The highest peak that is allowed; \(LoadPlan.usualMaxRate)."),
        CommandOption(
            "--max-minutes", "N",
            "The longest run that is allowed; \(LoadPlan.usualMaxMinutes), or what the preset takes by itself."
        ),
    ]

    private static func drive(_ plan: LoadPlan, _ run: CommandRun) async throws(CommandFailure) -> RunReport {
        var order = plan.order
        let stores = run.arguments.has("--probes") ? try run.existingStores() : nil
        defer { stores?.close() }
        order.queue = stores?.queue
        let view = LoadView(run.console, runSeconds: order.scenario.ratePlan.seconds)
        let load = LoadRun(order, on: run.loop) { view.show($0) }
        load.settling = {
            view.end()
            run.console.complain("the load is over: following every purchase to its end")
        }
        let signals = interrupts(load)
        if let signals { _ = run.loop.watch(signals, for: .readable) }
        defer {
            if let signals { run.loop.unwatch(signals) }
            view.end()
        }
        do throws(LoadFailure) {
            return try await load.run()
        } catch {
            throw .unavailable(error.message)
        }
    }

    /// The first Ctrl-C ends the load and the report is made; the second ends everything.
    private static func interrupts(_ load: LoadRun) -> SignalSource? {
        var count = 0
        return SignalSource([SIGINT, SIGTERM]) { signal in
            count += 1
            if count > 1 { exit(128 + signal) }
            load.interrupt()
        }
    }
}
