import Testing

@testable import LoadBot

@Suite("A report")
struct ReportTests {
    private func point(_ index: Int, p95Ms: UInt64 = 10, failed: Int = 0) -> SlicePoint {
        SlicePoint(
            startsAt: Double(index), seconds: 1, offered: 100, answered: 100 - failed, failed: failed,
            ended: 100, p95Us: p95Ms * 1_000)
    }

    @Test("counts the recovery from the end of a fault to the first of three slices in bounds")
    func recovery() {
        let limits = StopLimits()
        var points = (0..<20).map { point($0) }
        for index in 5...9 { points[index] = point(index, p95Ms: 900) }
        #expect(RecoveryTime.seconds(after: 6, in: points, limits) == 5)
        // One good slice between two bad ones is none.
        points[7] = point(7)
        #expect(RecoveryTime.seconds(after: 6, in: points, limits) == 5)
        #expect(RecoveryTime.seconds(after: 12, in: points, limits) == 0)
        for index in 18...19 { points[index] = point(index, failed: 5) }
        #expect(RecoveryTime.seconds(after: 17.5, in: points, limits) == nil)
        #expect(RecoveryTime.seconds(after: 30, in: points, limits) == nil)
    }

    @Test("says how fast tasks followed the load, out and in")
    func scaling() {
        let plan = RatePlan([
            RatePlan.Step(name: "low", ratePerSecond: 10, seconds: 60),
            RatePlan.Step(name: "high", ratePerSecond: 100, seconds: 60),
            RatePlan.Step(name: "low", ratePerSecond: 10, seconds: 60),
        ])
        let samples: [(atSeconds: Double, tasks: Int)] = (0..<18).map { index in
            let second = Double(index * 10)
            let tasks = second < 80 ? 2 : second < 100 ? 4 : second < 150 ? 6 : 3
            return (second, tasks)
        }
        let reactions = ScalingReaction.reactions(plan: plan, samples: samples)
        #expect(reactions.map(\.direction) == [.out, .out, .inwards])
        #expect(reactions[0].firstSeconds == nil)
        #expect(reactions[1].firstSeconds == 20)
        #expect(reactions[1].lastSeconds == 40)
        #expect(reactions[1].tasksAfter == 6)
        #expect(reactions[2].firstSeconds == 30)
        #expect(reactions[2].tasksAfter == 3)
        #expect(ScalingReaction.reactions(plan: plan, samples: []) == [])
    }

    @Test("is one page that needs nothing else, with every chart told in words and no script")
    func page() async throws {
        let report = try await TestRun.report(.none)
        let html = ReportPage(report).html
        #expect(html.hasPrefix("<!DOCTYPE html>"))
        for forbidden in ["<script", "http://www", "https://", "<link", "<img", "url("] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        #expect(html.contains("<title id=\"chart-Latency\">Latency: p50 between"))
        #expect(html.contains("<title id=\"chart-Throughput\">Throughput: offered between"))
        #expect(html.contains("stroke-dasharray=\"8 4\""))
        #expect(html.contains("no-double-sale"))
        #expect(html.contains("passed"))
    }

    @Test("draws the tasks that ran, and the figures of the system")
    func tasks() {
        var report = RunReport(Scenario())
        var slices = (0..<3).map { Timeline.Slice(startsAt: Double($0), seconds: 1) }
        for (index, tasks) in [2.0, 2, 6].enumerated() {
            slices[index].system = ["tasks": tasks, "sqlMs": 1.5]
        }
        report.timeline = Timeline(slices: slices)
        let html = ReportPage(report).html
        #expect(html.contains("Tasks: tasks between 2 and 6"))
        #expect(html.contains("SQL, mean: SQL, mean between 1.5 and 1.5 ms"))
        #expect(!html.contains("Queue, oldest message: "))
    }

    @Test("escapes what came from outside")
    func escaping() {
        var report = RunReport(Scenario())
        report.surprises = ["<script>alert(1)</script> & \"more\""]
        let html = ReportPage(report).html
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;"))
    }

    @Test("beside another shows the ratio of each number")
    func comparison() {
        var first = RunReport(Scenario())
        var second = RunReport(Scenario())
        first.generator.seconds = 10
        second.generator.seconds = 10
        first.total.offered = 100
        second.total.offered = 150
        for _ in 0..<100 { first.total.latency.record(nanoseconds: 10_000_000) }
        for _ in 0..<100 { second.total.latency.record(nanoseconds: 5_000_000) }
        let rows = ReportComparison(first, second).rows
        let offered = rows.first { $0.name == "offered /s" }
        #expect(offered?.first == "10")
        #expect(offered?.second == "15")
        #expect(offered?.ratio == 1.5)
        #expect(rows.first { $0.name == "all p99" }?.ratio == 0.5)
        #expect(rows.first { $0.name == "failed" }?.ratio == nil)
    }

    @Test("of a generator that was late does not count, unless something was seen broken")
    func late() {
        var report = RunReport(Scenario())
        report.generator.maxLatenessMs = 20
        #expect(report.outcome == .doesNotCount, "nothing was asked")
        report.total.operations.note(.event, .good)
        #expect(report.outcome == .passed)
        for _ in 0..<98 { report.total.lateness.record(nanoseconds: 1_000_000) }
        for _ in 0..<2 { report.total.lateness.record(nanoseconds: 30_000_000) }
        #expect(!report.keptUp)
        #expect(report.outcome == .doesNotCount)
        report.findings = [Finding("a", .broken, "")]
        #expect(report.outcome == .failed)
        report.findings = [Finding("a", .notChecked, "")]
        #expect(report.outcome == .doesNotCount)
        report.stops = [StopRules.Stop(rule: .tooSlow, atSeconds: 1, detail: "")]
        #expect(report.outcome == .failed)
        report.stops = []
        for _ in 0..<200 { report.total.lateness.record(nanoseconds: 1_000_000) }
        #expect(report.outcome == .passed)
        report.wasInterrupted = true
        #expect(report.outcome == .doesNotCount)
    }

    @Test("what is shown meanwhile covers everything since it was last shown, and nothing twice")
    func window() throws {
        var window = LiveWindow(leastSeconds: 1)
        let plan = RatePlan([RatePlan.Step(name: "hold", ratePerSecond: 10, seconds: 10)])
        func moment(_ index: Int) -> LiveView.Moment {
            var tally = Tally()
            tally.offered = index
            return LiveView.Moment(
                atSeconds: Double(index) * 0.3, plan: plan, slice: tally, sliceSeconds: 0.3, total: tally,
                waiting: index, system: [:])
        }
        let nothing = window.rest()
        #expect(nothing == nil)
        for index in 1...3 {
            let early = window.add(moment(index))
            #expect(early == nil)
        }
        let fourth = window.add(moment(4))
        let shown = try #require(fourth)
        #expect(shown.slice.offered == 10)
        #expect(abs(shown.sliceSeconds - 1.2) < 1e-9)
        #expect(shown.waiting == 4)
        _ = window.add(moment(5))
        let rest = window.rest()
        #expect(rest?.slice.offered == 5)
        let more = window.rest()
        #expect(more == nil)
        #expect(LiveView().line(shown).contains("hold: offered 8/s, answered 0/s, refused 0"))
    }

    @Test(
        "shows every figure of the system on the screen, whatever its width, and cuts no line that can be broken"
    )
    func screen() {
        let plan = RatePlan([RatePlan.Step(name: "hold", ratePerSecond: 10, seconds: 10)])
        var total = Tally()
        for status in 500...540 { total.statuses.note(status, count: 1_234_567) }
        let system = Dictionary(
            uniqueKeysWithValues: SystemFigures.names.enumerated().map { ($1.name, Double($0) + 12_345.6) })
        let moment = LiveView.Moment(
            atSeconds: 5, plan: plan, slice: Tally(), sliceSeconds: 1, total: total, waiting: 0,
            system: system)
        for width in [40, 78, 200] {
            let lines = LiveView().screen(moment, width: width)
            #expect(lines.allSatisfy { $0.count <= width })
            let text = lines.joined(separator: "\n")
            for (index, figure) in SystemFigures.names.enumerated() {
                #expect(text.contains("\(figure.words) \(12_345 + index).6"), "\(width): \(figure.words)")
            }
            #expect(text.contains("500: 1,234,567") && text.contains("540: 1,234,567"), "\(width)")
        }
        let narrow = LiveView().screen(moment, width: 78).filter { !$0.isEmpty }
        #expect(narrow.contains { $0.hasPrefix("system  cache hits 12345.6 %, DynamoDB throttles") })
        #expect(narrow.last?.hasPrefix("        ") == true)
    }

    @Test("writes numbers as people read them")
    func decimals() {
        #expect(DecimalText.of(12.34) == "12.3")
        #expect(DecimalText.of(12.0) == "12")
        #expect(DecimalText.of(-0.05, digits: 2) == "-0.05")
        #expect(DecimalText.of(1.005, digits: 3) == "1.005")
        #expect(DecimalText.grouped(1_234_567) == "1,234,567")
        #expect(DecimalText.grouped(-1_000) == "-1,000")
        #expect(DecimalText.grouped(999) == "999")
        #expect(DecimalText.duration(us: 850) == "850 us")
        #expect(DecimalText.duration(us: 12_540) == "12.5 ms")
        #expect(DecimalText.duration(us: 2_500_000) == "2.5 s")
        #expect(DecimalText.time(seconds: 3_723) == "1:02:03")
        #expect(DecimalText.share(1, of: 0) == "-")
    }
}
