import JSON
import LoadBot

/// What a run says when it is over.
enum LoadWords {
    static func tell(_ report: RunReport, _ output: String, _ console: Console) {
        let latency = LatencySummary(report.total.latency)
        console.say(
            "\(DecimalText.grouped(report.total.ended)) requests in \(DecimalText.time(seconds: report.generator.seconds)): "
                + "offered \(DecimalText.of(report.rate(report.total.offered)))/s, answered "
                + "\(DecimalText.of(report.rate(report.total.answered)))/s")
        console.say(
            "latency    p50 \(DecimalText.duration(us: latency.p50Us)), p95 \(DecimalText.duration(us: latency.p95Us)), "
                + "p99 \(DecimalText.duration(us: latency.p99Us)), max \(DecimalText.duration(us: latency.maxUs))"
        )
        console.say(
            "generator  \(DecimalText.of(report.cpuPerRequestUs, digits: 2)) us of CPU a request on \(report.generator.loops) loops; "
                + "99 % were begun within \(DecimalText.duration(us: LatencySummary(report.total.lateness).p99Us)): "
                + (report.keptUp ? "it kept up" : "it FELL BEHIND"))
        for fault in report.faults { console.say("fault      \(words(fault))") }
        for reaction in report.scaling { console.say("scaling    \(words(reaction))") }
        for stop in report.stops {
            console.say(
                "stopped    \(stop.rule.rawValue) at \(DecimalText.time(seconds: stop.atSeconds)): \(stop.detail)"
            )
        }
        if report.wasInterrupted { console.say("stopped    somebody ended the run early") }
        let width = report.findings.map(\.guarantee.count).max() ?? 0
        for finding in report.findings {
            let name = finding.guarantee + String(repeating: " ", count: width - finding.guarantee.count)
            console.say("\(mark(finding.grade))  \(name)  \(finding.words)")
        }
        for surprise in report.surprises.prefix(5) { console.say("unexpected \(surprise)") }
        console.say("\(report.outcome.rawValue): \(output).json and \(output).html have it all")
        console.json { writer in
            writer.member("outcome", report.outcome.rawValue)
            writer.member("offeredPerSecond", report.rate(report.total.offered))
            writer.member("answeredPerSecond", report.rate(report.total.answered))
            writer.object("latency") { latency.writeMembers(to: &$0) }
            writer.member("cpuPerRequestUs", report.cpuPerRequestUs)
            writer.member("keptUp", report.keptUp)
            writer.array("stops") { writer in for stop in report.stops { writer.element(stop.rule.rawValue) }
            }
            writer.array("findings") { writer in
                for finding in report.findings {
                    writer.object { writer in
                        writer.member("guarantee", finding.guarantee)
                        writer.member("grade", finding.grade.rawValue)
                        writer.member("words", finding.words)
                    }
                }
            }
            writer.member("report", "\(output).json")
            writer.member("page", "\(output).html")
        }
    }

    private static func mark(_ grade: Finding.Grade) -> String {
        switch grade {
        case .holds: "ok      "
        case .broken: "BROKEN  "
        case .notChecked: "unseen  "
        }
    }

    private static func words(_ fault: FaultRecord) -> String {
        let recovery =
            fault.recoverySeconds.map { "in bounds again \(DecimalText.of($0)) s after its end" }
            ?? "not in bounds again within the run"
        return
            "`\(fault.command)` from \(DecimalText.of(fault.startedAt)) s to \(DecimalText.of(fault.endedAt)) s, exit code "
            + "\(fault.exitCode): \(recovery)"
    }

    private static func words(_ reaction: ScalingReaction) -> String {
        let first = reaction.firstSeconds.map { "first after \(DecimalText.of($0)) s" } ?? "not at all"
        let last = reaction.lastSeconds.map { ", last after \(DecimalText.of($0)) s" } ?? ""
        return
            "\(reaction.direction.rawValue) at \(DecimalText.time(seconds: reaction.loadChangedAt)), "
            + "\(reaction.tasksBefore) to \(reaction.tasksAfter) tasks: \(first)\(last)"
    }
}
