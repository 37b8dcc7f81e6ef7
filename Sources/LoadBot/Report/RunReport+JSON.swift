import JSON
import Telemetry

/// A report as a file: everything, so that it can be drawn, compared and merged later.
extension RunReport {
    package static let format = 1

    package var json: [UInt8] {
        var writer = JSONWriter(capacity: 1 << 20)
        writer.object { writer in
            writer.member("ticketLoadReport", Self.format)
            writer.member("outcome", outcome.rawValue)
            writer.member("target", target)
            writer.array("shards") { writer in for shard in shards { writer.element(shard) } }
            writer.member("isMerged", isMerged)
            writer.member("startedAt", timestampMs: startedAtMs)
            writer.member("startedAtMs", startedAtMs)
            writer.member("wasInterrupted", wasInterrupted)
            writer.object("scenario") { scenario.write(to: &$0) }
            writeSummary(&writer)
            writer.object("generator") { writer in
                writer.member("loops", generator.loops)
                writer.member("cpuNs", generator.cpuNs)
                writer.member("seconds", generator.seconds)
                writer.member("maxLatenessMs", generator.maxLatenessMs)
                writer.member("cpuPerRequestUs", cpuPerRequestUs)
                writer.member("aShardFellBehind", generator.aShardFellBehind)
                writer.member("keptUp", keptUp)
            }
            writeVerdict(&writer)
            writer.object("total") { Self.write(total, to: &$0) }
            writeRoutes(&writer)
            writeTimeline(&writer)
        }
        return writer.bytes
    }

    /// For people who read the file: the numbers that the histograms say at length.
    private func writeSummary(_ writer: inout JSONWriter) {
        writer.object("summary") { writer in
            writer.member("offeredPerSecond", rate(total.offered))
            writer.member("answeredPerSecond", rate(total.answered))
            writer.member("failed", total.failed)
            writer.member("unexpected", total.unexpected)
            writer.object("latency") { LatencySummary(total.latency).writeMembers(to: &$0) }
            writer.object("lateness") { LatencySummary(total.lateness).writeMembers(to: &$0) }
        }
    }

    private func writeVerdict(_ writer: inout JSONWriter) {
        writer.array("stops") { writer in
            for stop in stops {
                writer.object { writer in
                    writer.member("rule", stop.rule.rawValue)
                    writer.member("atSeconds", stop.atSeconds)
                    writer.member("detail", stop.detail)
                }
            }
        }
        writer.array("findings") { writer in
            for finding in findings {
                writer.object { writer in
                    writer.member("guarantee", finding.guarantee)
                    writer.member("grade", finding.grade.rawValue)
                    writer.member("words", finding.words)
                }
            }
        }
        writer.array("faults") { writer in
            for fault in faults {
                writer.object { writer in
                    writer.member("command", fault.command)
                    writer.member("startedAt", fault.startedAt)
                    writer.member("endedAt", fault.endedAt)
                    writer.member("exitCode", fault.exitCode)
                    writer.name("recoverySeconds")
                    if let seconds = fault.recoverySeconds { writer.element(seconds) } else { writer.null() }
                }
            }
        }
        writer.array("scaling") { writer in
            for reaction in scaling {
                writer.object { writer in
                    writer.member("direction", reaction.direction.rawValue)
                    writer.member("loadChangedAt", reaction.loadChangedAt)
                    writer.name("firstSeconds")
                    if let seconds = reaction.firstSeconds { writer.element(seconds) } else { writer.null() }
                    writer.name("lastSeconds")
                    if let seconds = reaction.lastSeconds { writer.element(seconds) } else { writer.null() }
                    writer.member("tasksBefore", reaction.tasksBefore)
                    writer.member("tasksAfter", reaction.tasksAfter)
                }
            }
        }
        writer.array("soldSeats") { writer in
            for seats in soldSeats { writer.object { seats.write(to: &$0) } }
        }
        writer.array("surprises") { writer in for surprise in surprises { writer.element(surprise) } }
    }

    private static func write(_ tally: Tally, to writer: inout JSONWriter) {
        writer.member("offered", tally.offered)
        writer.object("statuses") { writer in
            for (status, count) in tally.statuses.sorted {
                writer.name(String(status))
                writer.element(count)
            }
        }
        writer.object("silences") { writer in
            for silence in Silence.allCases where tally.silences[silence.rawValue] > 0 {
                writer.name(silence.name)
                writer.element(tally.silences[silence.rawValue])
            }
        }
        writer.name("latency")
        tally.latency.write(to: &writer)
        writer.name("lateness")
        tally.lateness.write(to: &writer)
    }

    private func writeRoutes(_ writer: inout JSONWriter) {
        writer.array("routes") { writer in
            for route in routes where total.operations.total(route.operation) > 0 {
                writer.object { writer in
                    let counts = total.operations
                    writer.member("name", route.operation.name)
                    for grade in Grade.allCases {
                        writer.name("\(grade)")
                        writer.element(counts.count(route.operation, grade))
                    }
                    writer.member("silent", counts.count(route.operation, nil))
                    LatencySummary(route.latency.histogram).writeMembers(to: &writer)
                    writer.name("latency")
                    route.latency.histogram.write(to: &writer)
                }
            }
        }
    }

    private func writeTimeline(_ writer: inout JSONWriter) {
        writer.array("timeline") { writer in
            for slice in timeline.slices {
                writer.object { writer in
                    writer.member("startsAt", slice.startsAt)
                    writer.member("seconds", slice.seconds)
                    writer.member("offered", slice.offered)
                    writer.member("answered", slice.answered)
                    writer.member("refused", slice.refused)
                    writer.member("failed", slice.failed)
                    writer.member("unexpected", slice.unexpected)
                    writer.member("waiting", slice.waiting)
                    writer.member("latenessP99Us", slice.latenessP99Us)
                    writer.object("system") { writer in
                        for (name, value) in slice.system.sorted(by: { $0.key < $1.key }) {
                            writer.name(name)
                            writer.element(value)
                        }
                    }
                    writer.name("latency")
                    slice.latency.histogram.write(to: &writer)
                }
            }
        }
    }
}
