import LoadBot
import Testing

/// Each rule is broken once on purpose by a server, and ends the run.
@Suite("A run stops", .serialized, .timeLimit(.minutes(10)))
struct StopTests {
    private func stops(_ misdeed: Misdeed, _ change: (inout Scenario) -> Void) async throws -> RunReport {
        try await TestRun.report(misdeed) { scenario in
            scenario.steps = [ScenarioStep("hold", percent: 100, seconds: 20)]
            change(&scenario)
        }
    }

    @Test("when 2 % of the requests fail")
    func failures() async throws {
        let report = try await stops(.breaks) { $0.stop.failedPercent = 2 }
        #expect(report.stops.map(\.rule) == [.tooManyFailures])
        #expect(report.outcome == .failed)
        #expect(report.generator.seconds < 15)
    }

    @Test("when p95 stays above its bound")
    func slow() async throws {
        let report = try await stops(.dawdles) {
            $0.stop.p95Ms = 200
            $0.stop.p95Seconds = 1
        }
        #expect(report.stops.map(\.rule) == [.tooSlow])
        #expect(report.outcome == .failed)
        #expect(report.generator.seconds < 15)
    }

    @Test("before its first request when somebody ends it while it still looks at the sale, and says so")
    func endedBeforeTheLoad() async throws {
        var scenario = TestRun.scenario()
        scenario.steps = [ScenarioStep("hold", percent: 100, seconds: 5)]
        let report = try await TestService.run(
            routes: { router, loop in TestSale(.none, on: loop).addRoutes(to: router) },
            { [scenario] address, _ in
                try await TestRun.report(scenario, at: address, first: { $0.interrupt() })
            })
        #expect(report.total.offered == 0)
        #expect(report.wasInterrupted)
        #expect(report.outcome == .doesNotCount)
        #expect(report.whyItDoesNotCount == "it was ended early")
        #expect(ReportPage(report).html.contains("somebody ended the run before its time"))
        #expect(try ReportFile.read(report.json).outcome == .doesNotCount)
    }

    @Test("when the target is not held")
    func notHeld() async throws {
        let report = try await stops(.hangs) {
            $0.timeoutMs = 1_500
            $0.stop.notHeldSeconds = 1
        }
        #expect(report.stops.map(\.rule) == [.targetNotHeld])
        #expect(report.outcome == .failed)
    }
}

/// The rules as values, slice by slice.
@Suite struct StopRulesTests {
    private func slice(
        _ index: Int, offered: Int = 100, answered: Int = 100, failed: Int = 0, p95Ms: UInt64 = 10
    ) -> SlicePoint {
        SlicePoint(
            startsAt: Double(index), seconds: 1, offered: offered, answered: answered, failed: failed,
            ended: answered + failed, p95Us: p95Ms * 1_000)
    }

    private func limits() -> StopLimits {
        var limits = StopLimits()
        limits.notHeldSeconds = 5
        limits.p95Seconds = 3
        limits.failedSeconds = 2
        return limits
    }

    @Test("a run in bounds goes on")
    func inBounds() {
        var rules = StopRules(limits(), timeScale: 1)
        for index in 0..<1_000 {
            #expect(rules.observe(slice(index, answered: 96, failed: 1, p95Ms: 200)) == nil)
        }
    }

    @Test("a server that answers nothing for a while is not thought to be fast meanwhile")
    func silence() {
        var rules = StopRules(limits(), timeScale: 1)
        #expect(rules.observe(slice(0, p95Ms: 201)) == nil)
        #expect(rules.observe(slice(1, answered: 0)) == nil)
        #expect(rules.observe(slice(2, p95Ms: 201))?.rule == .tooSlow)
    }

    @Test("what was not offered cannot be slow: a pause begins the count anew")
    func pause() {
        var rules = StopRules(limits(), timeScale: 1)
        #expect(rules.observe(slice(0, p95Ms: 201)) == nil)
        #expect(rules.observe(slice(1, offered: 0, answered: 0)) == nil)
        #expect(rules.observe(slice(2, p95Ms: 201)) == nil)
    }

    @Test("p95 is too high once it was so without a break, and a good slice begins the count anew")
    func p95() {
        var rules = StopRules(limits(), timeScale: 1)
        #expect(rules.observe(slice(0, p95Ms: 201)) == nil)
        #expect(rules.observe(slice(1, p95Ms: 201)) == nil)
        #expect(rules.observe(slice(2, p95Ms: 200)) == nil)
        #expect(rules.observe(slice(3, p95Ms: 201)) == nil)
        #expect(rules.observe(slice(4, p95Ms: 201)) == nil)
        let stop = rules.observe(slice(5, p95Ms: 201))
        #expect(stop?.rule == .tooSlow)
        #expect(stop?.atSeconds == 6)
    }

    @Test("the share of failures counts over its window, at the bound and above it")
    func failed() {
        var rules = StopRules(limits(), timeScale: 1)
        #expect(rules.observe(slice(0, answered: 90, failed: 10)) == nil)
        #expect(rules.observe(slice(1, answered: 1_000)) == nil)
        // 39 of 2,000 in the window, and then 40 of 2,000.
        #expect(rules.observe(slice(2, answered: 980, failed: 20)) == nil)
        #expect(rules.observe(slice(3, answered: 981, failed: 19)) == nil)
        #expect(rules.observe(slice(4, answered: 979, failed: 21))?.rule == .tooManyFailures)
    }

    @Test("failures that somebody makes on purpose do not stop a run, and those behind them do")
    func fault() {
        var limits = limits()
        limits.notHeldSeconds = 60
        var rules = StopRules(limits, timeScale: 1)
        for index in 0..<10 {
            #expect(rules.observe(slice(index, answered: 50, failed: 50), isInFault: true) == nil)
        }
        #expect(rules.observe(slice(10, answered: 97, failed: 3)) == nil)
        #expect(rules.observe(slice(11, answered: 97, failed: 3))?.rule == .tooManyFailures)
    }

    @Test("one failure of few requests is not a wave of them")
    func few() {
        var rules = StopRules(limits(), timeScale: 1)
        for index in 0..<20 {
            #expect(rules.observe(slice(index, offered: 5, answered: 5, failed: index == 10 ? 1 : 0)) == nil)
        }
    }

    @Test("few requests a window are counted together until there are fifty")
    func fewAndFailing() {
        // 27 in every window of two seconds, one of them failing: 4 %.
        var rules = StopRules(limits(), timeScale: 1)
        var stop: StopRules.Stop?
        for index in 0..<20 where stop == nil {
            let failed = index % 2
            stop = rules.observe(slice(index, offered: 13 + failed, answered: 13, failed: failed))
        }
        #expect(stop?.rule == .tooManyFailures)
        #expect(stop?.atSeconds == 4)
        // What was long ago is not counted once there are enough without it.
        var later = StopRules(limits(), timeScale: 1)
        #expect(later.observe(slice(0, offered: 13, answered: 10, failed: 3)) == nil)
        for index in 1...2 { #expect(later.observe(slice(index, offered: 0, answered: 0)) == nil) }
        #expect(later.observe(slice(3, offered: 60, answered: 60)) == nil)
    }

    @Test("less than the target without a break stops the run; windows shrink with the time scale")
    func shortfall() {
        var rules = StopRules(limits(), timeScale: 1)
        for index in 0..<4 { #expect(rules.observe(slice(index, answered: 94)) == nil) }
        #expect(rules.observe(slice(4, answered: 94))?.rule == .targetNotHeld)
        var scaled = StopRules(limits(), timeScale: 0.4)
        #expect(scaled.observe(slice(0, answered: 94)) == nil)
        #expect(scaled.observe(slice(1, answered: 94))?.rule == .targetNotHeld)
    }
}
