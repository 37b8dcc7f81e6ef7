import JSON

/// Why a file is no report of a run.
package struct ReportFileError: Error, Sendable {
    package let message: String
}

/// Reads a report back.
package enum ReportFile {
    /// The longest run in the finest slices stays below this.
    package static let maxBytes = 256 * 1_024 * 1_024

    package static func read(_ bytes: [UInt8]) throws(ReportFileError) -> RunReport {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw ReportFileError(message: "it is not JSON: \(error)")
        }
        guard document["ticketLoadReport"]?.integer == Int64(RunReport.format) else {
            throw ReportFileError(message: "it is no report of `ticket load` in this format")
        }
        var report = RunReport(try scenario(document))
        report.target = document["target"]?.string ?? ""
        report.shards = elements(document["shards"]).compactMap(\.string)
        guard !report.shards.isEmpty else {
            throw ReportFileError(message: "it does not say of which shard it is")
        }
        // Files of before say it by having several.
        report.isMerged = document["isMerged"] == .bool(true) || report.shards.count > 1
        report.startedAtMs = document["startedAtMs"]?.integer ?? 0
        report.wasInterrupted = document["wasInterrupted"] == .bool(true)
        report.generator.loops = Int(document["generator"]?["loops"]?.integer ?? 0)
        report.generator.cpuNs = UInt64(max(0, document["generator"]?["cpuNs"]?.integer ?? 0))
        report.generator.seconds = number(document["generator"]?["seconds"]) ?? 0
        report.generator.maxLatenessMs = Int(document["generator"]?["maxLatenessMs"]?.integer ?? 0)
        report.generator.aShardFellBehind = document["generator"]?["aShardFellBehind"] == .bool(true)
        report.total = try tally(document["total"])
        try routes(document, &report)
        report.timeline = Timeline(slices: try elements(document["timeline"]).map(slice))
        report.stops = elements(document["stops"]).compactMap(stop)
        report.findings = elements(document["findings"]).compactMap(finding)
        report.faults = elements(document["faults"]).compactMap(fault)
        report.scaling = elements(document["scaling"]).compactMap(reaction)
        report.soldSeats = elements(document["soldSeats"]).compactMap(SoldSeats.init)
        report.surprises = elements(document["surprises"]).compactMap(\.string)
        return report
    }

    private static func scenario(_ document: JSONValue) throws(ReportFileError) -> Scenario {
        guard let value = document["scenario"] else { throw ReportFileError(message: "it has no scenario") }
        var writer = JSONWriter()
        writer.element(value)
        do throws(ScenarioFaults) {
            return try ScenarioFile.read(writer.bytes)
        } catch {
            throw ReportFileError(message: "its scenario is not right: \(error.faults[0])")
        }
    }

    private static func tally(_ value: JSONValue?) throws(ReportFileError) -> Tally {
        guard let value, let offered = value["offered"]?.integer,
            let latency = LatencyHistogram(value["latency"]),
            let lateness = LatencyHistogram(value["lateness"])
        else { throw ReportFileError(message: "its total is not right") }
        var tally = Tally()
        tally.offered = Int(offered)
        tally.latency = latency
        tally.lateness = lateness
        for member in members(value["statuses"]) {
            guard let status = Int(member.name), let count = member.value.integer else { continue }
            tally.statuses.note(status, count: Int(count))
        }
        for member in members(value["silences"]) {
            guard let silence = Silence.allCases.first(where: { $0.name == member.name }),
                let count = member.value.integer
            else { continue }
            tally.silences[silence.rawValue] = Int(count)
        }
        return tally
    }

    private static func routes(_ document: JSONValue, _ report: inout RunReport) throws(ReportFileError) {
        var latencies = Operation.allCases.map { _ in LatencyHistogram() }
        for route in elements(document["routes"]) {
            guard let operation = Operation.allCases.first(where: { $0.name == route["name"]?.string }),
                let latency = LatencyHistogram(route["latency"])
            else { throw ReportFileError(message: "one of its routes is not right") }
            latencies[operation.rawValue] = latency
            for grade in Grade.allCases {
                report.total.operations.note(operation, grade, count: Int(route["\(grade)"]?.integer ?? 0))
            }
            report.total.operations.note(operation, nil, count: Int(route["silent"]?.integer ?? 0))
        }
        report.routes = Operation.allCases.map {
            RunReport.Route(operation: $0, latency: CompactHistogram(latencies[$0.rawValue]))
        }
    }

    private static func slice(_ value: JSONValue) throws(ReportFileError) -> Timeline.Slice {
        guard let startsAt = number(value["startsAt"]), let seconds = number(value["seconds"]),
            let latency = LatencyHistogram(value["latency"])
        else { throw ReportFileError(message: "one of its slices is not right") }
        func count(_ name: String) -> Int { Int(value[name]?.integer ?? 0) }
        var slice = Timeline.Slice(startsAt: startsAt, seconds: seconds)
        slice.offered = count("offered")
        slice.answered = count("answered")
        slice.refused = count("refused")
        slice.failed = count("failed")
        slice.unexpected = count("unexpected")
        slice.waiting = count("waiting")
        slice.latenessP99Us = UInt64(max(0, count("latenessP99Us")))
        slice.latency = CompactHistogram(latency)
        for member in members(value["system"]) { slice.system[member.name] = number(member.value) }
        return slice
    }

    private static func stop(_ value: JSONValue) -> StopRules.Stop? {
        guard let rule = StopRules.Rule(rawValue: value["rule"]?.string ?? ""),
            let atSeconds = number(value["atSeconds"])
        else { return nil }
        return StopRules.Stop(rule: rule, atSeconds: atSeconds, detail: value["detail"]?.string ?? "")
    }

    private static func finding(_ value: JSONValue) -> Finding? {
        guard let guarantee = value["guarantee"]?.string,
            let grade = Finding.Grade(rawValue: value["grade"]?.string ?? "")
        else { return nil }
        return Finding(guarantee, grade, value["words"]?.string ?? "")
    }

    private static func fault(_ value: JSONValue) -> FaultRecord? {
        guard let command = value["command"]?.string, let startedAt = number(value["startedAt"]),
            let endedAt = number(value["endedAt"])
        else { return nil }
        return FaultRecord(
            command: command, startedAt: startedAt, endedAt: endedAt,
            exitCode: Int(value["exitCode"]?.integer ?? 0),
            recoverySeconds: number(value["recoverySeconds"]))
    }

    private static func reaction(_ value: JSONValue) -> ScalingReaction? {
        guard let direction = ScalingReaction.Direction(rawValue: value["direction"]?.string ?? ""),
            let changedAt = number(value["loadChangedAt"])
        else { return nil }
        return ScalingReaction(
            direction: direction, loadChangedAt: changedAt, firstSeconds: number(value["firstSeconds"]),
            lastSeconds: number(value["lastSeconds"]),
            tasksBefore: Int(value["tasksBefore"]?.integer ?? 0),
            tasksAfter: Int(value["tasksAfter"]?.integer ?? 0))
    }

    static func number(_ value: JSONValue?) -> Double? {
        switch value {
        case .integer(let number)?: Double(number)
        case .double(let number)?: number
        default: nil
        }
    }

    private static func elements(_ value: JSONValue?) -> [JSONValue] {
        guard case .array(let elements)? = value else { return [] }
        return elements
    }

    private static func members(_ value: JSONValue?) -> [JSONValue.Member] {
        guard case .object(let members)? = value else { return [] }
        return members
    }
}
