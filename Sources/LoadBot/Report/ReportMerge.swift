/// Puts the shards of one run together.
package enum ReportMerge {
    package static func merged(_ reports: [RunReport]) throws(ReportFileError) -> RunReport {
        guard var merged = reports.first else { throw ReportFileError(message: "there is nothing to merge") }
        merged.isMerged = true
        var soldTwice: [String] = []
        for report in reports.dropFirst() {
            guard report.scenario == merged.scenario else {
                throw ReportFileError(message: "they are of different scenarios, not shards of one run")
            }
            guard Shard(report.shards[0])?.count == Shard(merged.shards[0])?.count else {
                throw ReportFileError(message: "shard \(report.shards[0]) is of a run cut in another way")
            }
            let repeated = Set(merged.shards).intersection(report.shards)
            guard repeated.isEmpty else {
                throw ReportFileError(message: "shard \(repeated.sorted()[0]) is there twice")
            }
            add(report, to: &merged)
            soldTwice += addSoldSeats(report, to: &merged)
        }
        merged.generator.aShardFellBehind = reports.contains { !$0.keptUp }
        merged.shards.sort { shardOrder($0) < shardOrder($1) }
        merged.findings = findings(reports)
        if !soldTwice.isEmpty { note(soldTwice, in: &merged.findings) }
        return merged
    }

    /// Everything that is counted adds up exactly; what is an extreme stays one.
    private static func add(_ report: RunReport, to merged: inout RunReport) {
        merged.shards += report.shards
        merged.startedAtMs = min(merged.startedAtMs, report.startedAtMs)
        merged.wasInterrupted = merged.wasInterrupted || report.wasInterrupted
        merged.generator.loops += report.generator.loops
        merged.generator.cpuNs += report.generator.cpuNs
        merged.generator.seconds = max(merged.generator.seconds, report.generator.seconds)
        merged.total.add(report.total)
        for index in merged.routes.indices { merged.routes[index].latency.add(report.routes[index].latency) }
        merged.timeline = Timeline(slices: slices(merged.timeline.slices, report.timeline.slices))
        merged.stops += report.stops
        merged.faults += report.faults
        merged.scaling += report.scaling
        merged.surprises = Array((merged.surprises + report.surprises).prefix(20))
    }

    /// Each shard has looked at its own orders alone: a seat that two of them have was sold twice.
    private static func addSoldSeats(_ report: RunReport, to merged: inout RunReport) -> [String] {
        report.soldSeats.flatMap { sold -> [String] in
            guard let place = merged.soldSeats.firstIndex(where: { $0.event == sold.event }) else {
                merged.soldSeats.append(sold)
                return []
            }
            return merged.soldSeats[place].add(sold).map {
                "seat \($0 + 1) of the map of \(sold.event) was sold in \(report.shards.joined(separator: ", ")) and in another shard"
            }
        }
    }

    private static func note(_ soldTwice: [String], in findings: inout [Finding]) {
        let found = Finding.of("no-double-sale", checked: 1, faults: soldTwice, "")
        guard let place = findings.firstIndex(where: { $0.guarantee == found.guarantee }) else {
            return findings.insert(found, at: 0)
        }
        let before = findings[place].grade == .broken ? "\(findings[place].words) | " : ""
        findings[place] = Finding(found.guarantee, .broken, before + found.words)
    }

    private static func slices(_ left: [Timeline.Slice], _ right: [Timeline.Slice]) -> [Timeline.Slice] {
        (0..<max(left.count, right.count)).map { index in
            guard index < left.count else { return right[index] }
            guard index < right.count else { return left[index] }
            var slice = left[index]
            let other = right[index]
            slice.seconds = max(slice.seconds, other.seconds)
            slice.offered += other.offered
            slice.answered += other.answered
            slice.refused += other.refused
            slice.failed += other.failed
            slice.unexpected += other.unexpected
            slice.waiting += other.waiting
            slice.latenessP99Us = max(slice.latenessP99Us, other.latenessP99Us)
            slice.latency.add(other.latency)
            slice.system.merge(other.system) { first, _ in first }
            return slice
        }
    }

    /// A guarantee that one shard saw broken is broken.
    private static func findings(_ reports: [RunReport]) -> [Finding] {
        var names: [String] = []
        for finding in reports.flatMap(\.findings) where !names.contains(finding.guarantee) {
            names.append(finding.guarantee)
        }
        return names.map { name in
            let found = reports.flatMap(\.findings).filter { $0.guarantee == name }
            let grade: Finding.Grade =
                found.contains { $0.grade == .broken }
                ? .broken : found.contains { $0.grade == .holds } ? .holds : .notChecked
            let words = found.filter { $0.grade == grade }.map(\.words)
            return Finding(name, grade, words.joined(separator: " | "))
        }
    }

    private static func shardOrder(_ text: String) -> Int { Shard(text)?.index ?? 0 }
}
