import JSON
import Scaling
import Ticketing

/// `ticket policies onsale`: what has to stand before the doors open.
enum PoliciesOnSale {
    private static let standard = OnSaleForecast(requestsPerSecond: 1)

    static let command = Command(
        "policies onsale", summary: "Plans the capacity of an on-sale, with the commands that bring it.",
        details: """
            Autoscaling answers minutes after a flash, so what the first minute needs must stand before it. This changes
            nothing: it prints the sums and the commands, for somebody to read and run. What stands every day is read from the
            variables of env.sh, and no command asks for less than that before the sale. The figures of one task and one
            capacity unit are yours to measure; `make bench` shows how.
            """,
        options: [
            CommandOption("--at", "TIME", "When the sale opens: 2027-03-01T10:00:00+09:00."),
            CommandOption("--expect", "N", "Requests a second at the peak, as buyers send them."),
            CommandOption("--lead-minutes", "N", "How long before that tasks are raised; 30."),
            CommandOption("--last-minutes", "N", "How long after that they may go; 60."),
            option("--edge-percent", "Share of reads that the edge answers", standard.edgePercent),
            option("--confirm-percent", "Share of requests that are purchases", standard.confirmPercent),
            option("--purchases", "Purchases that succeed in a second", standard.purchasesPerSecond),
            option("--seats-per-intent", "Seats of one purchase", standard.seatsPerIntent),
            option("--response-bytes", "Bytes of one answer, compressed", standard.responseBytes),
            option("--headroom-percent", "What is planned on top of everything", standard.headroomPercent),
            option("--public-per-task", "Requests a second of one public task", standard.publicPerTask),
            option("--confirm-per-task", "Requests a second of one confirm task", standard.confirmPerTask),
            option("--worker-per-task", "Purchases a second of one worker task", standard.workerPerTask),
            option("--purchases-per-acu", "Purchases a second for one ACU", standard.purchasesPerACU),
            CommandOption("--app", "NAME", "How the resources are called; the variable APP_NAME, or ticket."),
            CommandOption(
                "--aurora", "NAME",
                "Aurora's cluster; the variable AURORA_CLUSTER_ID, or NAME-orders."),
        ] + standingOptions
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        let opensAt = try moment(run)
        let policies = try PolicyCommands.scaling { () throws(ScalingError) in
            try PolicyCommands.policies(run)
        }
        let forecast = try forecast(run)
        let up = opensAt.adding(
            seconds: -60 * (try run.arguments.number("--lead-minutes", in: 1...1_440, default: 30)))
        let down = opensAt.adding(
            seconds: 60 * (try run.arguments.number("--last-minutes", in: 1...10_080, default: 60)))
        guard up > run.clock.now() else {
            throw CommandFailure(
                message: "tasks would be raised at \(up.text), which is over: AWS would not do it",
                exitCode: CommandFailure.usageCode)
        }
        let names = names(run)
        let standing = try standing(run)
        let (plan, commands) = try PolicyCommands.scaling { () throws(ScalingError) in
            let plan = try OnSalePlan(forecast, policies: policies, standing: standing)
            return (
                plan,
                try OnSaleCommands(
                    plan, names: names, policies: policies, up: schedule(up), down: schedule(down))
            )
        }
        tell(plan, commands, opensAt, run)
    }

    private static func option(_ name: String, _ help: String, _ standard: Int) -> CommandOption {
        CommandOption(name, "N", "\(help); \(standard).")
    }

    // MARK: What was given

    private static func moment(_ run: CommandRun) throws(CommandFailure) -> Timestamp {
        guard let text = run.arguments.value("--at") else { throw .usage("say when with --at") }
        guard let moment = OpeningTime.parse(text) else {
            throw .usage("--at=\(text) is not right: it must be like 2027-03-01T10:00:00+09:00")
        }
        return moment
    }

    private static func forecast(_ run: CommandRun) throws(CommandFailure) -> OnSaleForecast {
        guard run.arguments.value("--expect") != nil else { throw .usage("say how many with --expect") }
        let arguments = run.arguments
        let many = 1...10_000_000
        var forecast = OnSaleForecast(
            requestsPerSecond: try arguments.number("--expect", in: many, default: 1))
        forecast.edgePercent = try arguments.number(
            "--edge-percent", in: 0...100, default: standard.edgePercent)
        forecast.confirmPercent = try arguments.number(
            "--confirm-percent", in: 0...100, default: standard.confirmPercent)
        forecast.purchasesPerSecond = try arguments.number(
            "--purchases", in: many, default: standard.purchasesPerSecond)
        forecast.seatsPerIntent = try arguments.number(
            "--seats-per-intent", in: 1...50, default: standard.seatsPerIntent)
        forecast.responseBytes = try arguments.number(
            "--response-bytes", in: many, default: standard.responseBytes)
        forecast.headroomPercent = try arguments.number(
            "--headroom-percent", in: 0...1_000, default: standard.headroomPercent)
        forecast.publicPerTask = try arguments.number(
            "--public-per-task", in: many, default: standard.publicPerTask)
        forecast.confirmPerTask = try arguments.number(
            "--confirm-per-task", in: many, default: standard.confirmPerTask)
        forecast.workerPerTask = try arguments.number(
            "--worker-per-task", in: many, default: standard.workerPerTask)
        forecast.purchasesPerACU = try arguments.number(
            "--purchases-per-acu", in: many, default: standard.purchasesPerACU)
        return forecast
    }

    private static func names(_ run: CommandRun) -> OnSaleNames {
        OnSaleNames(
            application: run.arguments.value("--app") ?? run.environment["APP_NAME"] ?? "ticket",
            auroraCluster: run.arguments.value("--aurora") ?? run.environment["AURORA_CLUSTER_ID"])
    }

    /// As a schedule wants it: whole seconds, no zone.
    private static func schedule(_ moment: Timestamp) -> String { String(moment.text.prefix(19)) }

    // MARK: What is said

    private static func tell(
        _ plan: OnSalePlan, _ commands: OnSaleCommands, _ opensAt: Timestamp, _ run: CommandRun
    ) {
        let forecast = plan.forecast
        run.console.say("On-sale at \(opensAt.text), \(forecast.requestsPerSecond) requests/s expected")
        run.console.say(
            "  past the edge \(forecast.balancerRequestsPerSecond)/s: \(forecast.publicRequestsPerSecond) reads, "
                + "\(forecast.confirmRequestsPerSecond) purchases tried, \(forecast.queueSendsPerSecond) queued"
        )
        run.console.say()
        run.console.table(
            ["WHAT", "AMOUNT", "BECAUSE"], plan.lines.map { [$0.what, String($0.amount), $0.because] })
        for quota in plan.quotas { run.console.say("\nAsk AWS beforehand. \(quota).") }
        for (phase, title) in [
            (OnSaleCommands.Phase.before, "Before, the day before at the latest:"), (.after, "Afterwards:"),
        ] {
            run.console.say()
            run.console.say(title)
            for step in commands.steps where step.phase == phase {
                run.console.say("  # \(step.what)")
                run.console.say("  \(step.line)")
            }
        }
        run.console.json { writer in
            writer.member("opensAt", opensAt.text)
            writer.object("forecast") { writer in
                writer.member("requestsPerSecond", forecast.requestsPerSecond)
                writer.member("balancerRequestsPerSecond", forecast.balancerRequestsPerSecond)
                writer.member("publicRequestsPerSecond", forecast.publicRequestsPerSecond)
                writer.member("confirmRequestsPerSecond", forecast.confirmRequestsPerSecond)
                writer.member("queueSendsPerSecond", forecast.queueSendsPerSecond)
            }
            writer.array("plan") { writer in
                for line in plan.lines {
                    writer.object { writer in
                        writer.member("what", line.what)
                        writer.member("amount", line.amount)
                        writer.member("because", line.because)
                    }
                }
            }
            writer.array("quotas") { writer in for quota in plan.quotas { writer.element(quota) } }
            writer.array("commands") { writer in
                for step in commands.steps {
                    writer.object { writer in
                        writer.member("when", step.phase.rawValue)
                        writer.member("what", step.what)
                        writer.member("command", step.line)
                    }
                }
            }
        }
    }
}
