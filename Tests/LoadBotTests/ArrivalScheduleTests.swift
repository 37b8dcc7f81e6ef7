import LoadBot
import Testing

@Suite("An arrival schedule")
struct ArrivalScheduleTests {
    private func plan(_ ratePerSecond: Double, _ seconds: Double) -> RatePlan {
        RatePlan([RatePlan.Step(name: "hold", ratePerSecond: ratePerSecond, seconds: seconds)])
    }

    private func all(_ schedule: ArrivalSchedule) -> [ArrivalSchedule.Arrival] {
        var schedule = schedule
        var arrivals: [ArrivalSchedule.Arrival] = []
        while let next = schedule.takeDue(nowNs: UInt64.max) { arrivals.append(next) }
        #expect(schedule.isExhausted)
        return arrivals
    }

    @Test("is even from the start, with as many arrivals as the rate says")
    func even() {
        let arrivals = all(ArrivalSchedule(startNs: 1_000, plan: plan(4, 2)))
        #expect(arrivals.map(\.dueNs) == (0..<8).map { 1_000 + $0 * 250_000_000 })
        #expect(arrivals.map(\.number) == Array(0..<8))
    }

    @Test("after a stall gives every arrival with the time it was due at")
    func stall() {
        var schedule = ArrivalSchedule(startNs: 0, plan: plan(1_000, 1))
        #expect(schedule.takeDue(nowNs: 0)?.dueNs == 0)
        #expect(schedule.takeDue(nowNs: 999_999) == nil)
        var late: [UInt64] = []
        while let next = schedule.takeDue(nowNs: 100_000_000) { late.append(next.dueNs) }
        #expect(late.count == 100)
        #expect(late.first == 1_000_000)
        #expect(late.last == 100_000_000)
    }

    @Test("follows the steps of its plan, without a gap and without drift over an hour")
    func steps() {
        let schedule = ArrivalSchedule(
            startNs: 0,
            plan: RatePlan([
                RatePlan.Step(name: "low", ratePerSecond: 10, seconds: 2),
                RatePlan.Step(name: "high", ratePerSecond: 333, seconds: 3_600),
            ]))
        let arrivals = all(schedule)
        #expect(arrivals.count == 20 + 333 * 3_600)
        #expect(arrivals[20].dueNs == 2_000_000_000)
        let last = Double(arrivals[arrivals.count - 1].dueNs) / 1e9
        #expect(abs(last - (3_602 - 1.0 / 333)) < 1e-6)
    }

    @Test("of chance has the wanted mean and the spread of people who do not know of each other")
    func poisson() {
        let arrivals = all(ArrivalSchedule(startNs: 0, plan: plan(1_000, 100), pattern: .poisson, seed: 3))
        #expect(abs(arrivals.count - 100_000) < 1_500)
        let gaps = zip(arrivals, arrivals.dropFirst()).map { Double($1.dueNs - $0.dueNs) / 1e6 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        #expect(abs(mean - 1) < 0.02)
        // Exponential: the spread is as large as the mean.
        #expect(abs(variance - 1) < 0.05)
        #expect(
            arrivals == all(ArrivalSchedule(startNs: 0, plan: plan(1_000, 100), pattern: .poisson, seed: 3)))
        #expect(
            arrivals != all(ArrivalSchedule(startNs: 0, plan: plan(1_000, 100), pattern: .poisson, seed: 4)))
    }

    @Test(
        "cut into shards and lanes gives together just what one gives",
        arguments: ArrivalSchedule.Pattern.allCases)
    func shards(pattern: ArrivalSchedule.Pattern) throws {
        let whole = all(ArrivalSchedule(startNs: 7, plan: plan(500, 4), pattern: pattern, seed: 9))
        var parts: [ArrivalSchedule.Arrival] = []
        for index in 0..<3 {
            let shard = try #require(Shard(index: index, count: 3))
            for lane in 0..<2 {
                parts += all(
                    ArrivalSchedule(
                        startNs: 7, plan: plan(500, 4), pattern: pattern, seed: 9,
                        shard: shard.lane(lane, of: 2)))
            }
        }
        #expect(parts.sorted { $0.number < $1.number } == whole)
    }

    @Test("of a shard is read as people write it, and nothing else")
    func shardText() {
        #expect(Shard("2/8") == Shard(index: 1, count: 8))
        #expect(Shard("1/1") == .whole)
        for text in ["0/8", "9/8", "2", "2/", "/8", "2/8/1", "-1/8", "a/b", ""] {
            #expect(Shard(text) == nil)
        }
    }
}
