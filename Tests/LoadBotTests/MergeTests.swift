import Testing

@testable import LoadBot

/// Shards of a run and the run itself.
@Suite("Merging shards")
struct MergeTests {
    /// What a run would have measured, by a server whose latency follows from the request's number.
    private func report(_ shard: Shard) -> RunReport {
        var scenario = TestRun.scenario()
        scenario.steps = [ScenarioStep("hold", percent: 100, seconds: 20)]
        var report = RunReport(scenario)
        report.shards = [shard.description]
        report.generator.loops = 1
        report.generator.maxLatenessMs = 20
        report.generator.seconds = 20
        var schedule = ArrivalSchedule(
            startNs: 0, plan: scenario.ratePlan, pattern: scenario.arrivals, seed: scenario.seed, shard: shard
        )
        var slices = (0..<20).map { _ in Tally() }
        var latencies = LoadBot.Operation.allCases.map { _ in LatencyHistogram() }
        while let arrival = schedule.takeDue(nowNs: UInt64.max) {
            var draw = SeededDraw(seed: 77, number: arrival.number)
            let latencyNs = 1_000 * UInt64(1 + draw.below(90_000_000))
            let operation = LoadBot.Operation(rawValue: draw.below(4))!
            let slice = min(19, Int(arrival.dueNs / 1_000_000_000))
            var tally = Tally()
            tally.offered = 1
            tally.latency.record(nanoseconds: latencyNs)
            tally.lateness.record(nanoseconds: latencyNs / 1_000)
            tally.operations.note(operation, draw.below(10) == 0 ? .failed : .good)
            tally.statuses.note(draw.below(2) == 0 ? 200 : 503)
            latencies[operation.rawValue].record(nanoseconds: latencyNs)
            slices[slice].add(tally)
            report.total.add(tally)
            report.generator.cpuNs += 10_000
        }
        var timeline = Timeline(expected: 20)
        for (index, slice) in slices.enumerated() {
            timeline.add(slice, startsAt: Double(index), seconds: 1, waiting: 0, system: [:])
        }
        timeline.finish(endsAt: 20)
        report.timeline = Timeline(slices: timeline.slices)
        report.routes = LoadBot.Operation.allCases.map {
            RunReport.Route(operation: $0, latency: CompactHistogram(latencies[$0.rawValue]))
        }
        return report
    }

    /// One request that was answered well.
    private func small(_ shard: String) -> RunReport {
        var report = RunReport(TestRun.scenario())
        report.shards = [shard]
        report.total.operations.note(.event, .good)
        report.routes = LoadBot.Operation.allCases.map {
            RunReport.Route(operation: $0, latency: CompactHistogram())
        }
        return report
    }

    @Test("gives exactly what one run gives, through files too")
    func exact() throws {
        let whole = report(.whole)
        let parts = try (0..<4).map { index in
            try ReportFile.read(report(try #require(Shard(index: index, count: 4))).json)
        }
        let merged = try ReportMerge.merged([parts[2], parts[0], parts[3], parts[1]])
        #expect(merged.total == whole.total)
        #expect(merged.routes == whole.routes)
        #expect(merged.timeline.slices.map(\.latency) == whole.timeline.slices.map(\.latency))
        #expect(merged.timeline.slices.map(\.offered) == whole.timeline.slices.map(\.offered))
        #expect(merged.timeline.slices.map(\.failed) == whole.timeline.slices.map(\.failed))
        #expect(merged.generator.cpuNs == whole.generator.cpuNs)
        #expect(merged.shards == ["1/4", "2/4", "3/4", "4/4"])
        #expect(merged.total.offered > 3_000)
    }

    @Test("a report reads back as it was written")
    func roundTrip() throws {
        var report = report(.whole)
        report.target = "http://127.0.0.1:1 \"quoted\""
        report.startedAtMs = 1_700_000_000_123
        report.wasInterrupted = true
        report.stops = [StopRules.Stop(rule: .tooSlow, atSeconds: 3.5, detail: "p95 & <more>")]
        report.findings = [Finding("no-double-sale", .broken, "seat A"), Finding("x", .notChecked, "")]
        report.faults = [
            FaultRecord(command: "kill", startedAt: 1, endedAt: 2.25, exitCode: -9, recoverySeconds: 4.5),
            FaultRecord(command: "true", startedAt: 1, endedAt: 2, exitCode: 0, recoverySeconds: nil),
        ]
        report.scaling = [
            ScalingReaction(
                direction: .out, loadChangedAt: 5, firstSeconds: nil, lastSeconds: 7, tasksBefore: 2,
                tasksAfter: 4)
        ]
        report.surprises = ["a", "b"]
        report.soldSeats = [SoldSeats(event: "e", capacity: 3)]
        report.soldSeats[0].note(2)
        report.isMerged = true
        #expect(try ReportFile.read(report.json) == report)
    }

    @Test("refuses what is no shard of the same run")
    func refused() throws {
        let one = report(.whole)
        #expect(throws: ReportFileError.self) { try ReportMerge.merged([]) }
        #expect(throws: ReportFileError.self) { try ReportMerge.merged([one, one]) }
        let third = report(try #require(Shard("1/3")))
        #expect(throws: ReportFileError.self) { try ReportMerge.merged([third, report(Shard("2/4")!)]) }
        var other = report(try #require(Shard("2/2")))
        other.scenario.seed = 99
        #expect(throws: ReportFileError.self) { try ReportMerge.merged([one, other]) }
    }

    @Test(
        "one generator that fell behind is not hidden by the others, and a shard that is not there is missed")
    func late() throws {
        let parts = try (0..<3).map { index in
            var part = report(try #require(Shard(index: index, count: 3)))
            part.generator.maxLatenessMs = 100
            return part
        }
        let whole = try ReportMerge.merged(parts)
        #expect(whole.outcome == .passed)
        #expect(try ReportMerge.merged([parts[2], parts[0]]).missingShards == ["2/3"])
        #expect(try ReportMerge.merged([parts[2], parts[0]]).outcome == .doesNotCount)
        var late = parts
        late[1].total.lateness = LatencyHistogram()
        for _ in 0..<20 { late[1].total.lateness.record(nanoseconds: 1_000_000_000) }
        #expect(!late[1].keptUp)
        let merged = try ReportFile.read(try ReportMerge.merged(late).json)
        #expect(merged.total.lateness.percentileUs(0.99) < 100_000)
        #expect(merged.outcome == .doesNotCount)
    }

    @Test("a shard that is put together alone is no whole run, though it is one as it came from its box")
    func lonely() throws {
        let part = small("1/8")
        #expect(part.outcome == .passed)
        let merged = try ReportFile.read(try ReportMerge.merged([part]).json)
        #expect(merged.missingShards == (2...8).map { "\($0)/8" })
        #expect(merged.outcome == .doesNotCount)
        #expect(try ReportMerge.merged([small("1/1")]).outcome == .passed)
    }

    @Test("a seat that buyers of two shards have in their orders was sold twice, through files too")
    func soldTwice() throws {
        func part(_ text: String, _ seats: [Int]) throws -> RunReport {
            var part = small(text)
            part.findings = [Finding("no-double-sale", .holds, "\(seats.count) orders")]
            var sold = SoldSeats(event: "e", capacity: 20)
            for seat in seats { sold.note(seat) }
            part.soldSeats = [sold]
            return try ReportFile.read(part.json)
        }
        let apart = try ReportMerge.merged([part("1/3", [0, 7]), part("2/3", [8, 19]), part("3/3", [])])
        #expect(apart.outcome == .passed)
        #expect(apart.soldSeats.map(\.places) == [[0, 7, 8, 19]])
        // The third against the first two that were put together before.
        let both = try ReportMerge.merged([part("1/3", [0, 7]), part("2/3", [8, 19])])
        let merged = try ReportMerge.merged([ReportFile.read(both.json), part("3/3", [3, 19])])
        #expect(merged.outcome == .failed)
        #expect(merged.findings.first?.grade == .broken)
        #expect(
            merged.findings.first?.words.contains("seat 20 of the map of e") == true, "\(merged.findings)")
    }

    @Test("a guarantee that one shard saw broken is broken, and a rule that stopped one stopped the run")
    func findings() throws {
        var first = report(try #require(Shard("1/2")))
        var second = report(try #require(Shard("2/2")))
        first.findings = [Finding("a", .holds, "one"), Finding("b", .notChecked, "")]
        second.findings = [Finding("a", .broken, "two"), Finding("b", .holds, "three")]
        second.stops = [StopRules.Stop(rule: .tooSlow, atSeconds: 1, detail: "")]
        let merged = try ReportMerge.merged([first, second])
        #expect(merged.findings == [Finding("a", .broken, "two"), Finding("b", .holds, "three")])
        #expect(merged.stops.count == 1)
        #expect(merged.outcome == .failed)
    }

    @Test(
        "files that are no reports are refused with the reason",
        arguments: ["", "{}", "[1]", "{\"ticketLoadReport\":2}"])
    func noReport(text: String) {
        #expect(throws: ReportFileError.self) { try ReportFile.read(Array(text.utf8)) }
    }
}
