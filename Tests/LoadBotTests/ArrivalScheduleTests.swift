import LoadBot
import Testing

@Suite struct ArrivalScheduleTests {
    @Test("arrivals are due evenly from the start, as many as the rate says")
    func even() {
        var schedule = ArrivalSchedule(startNs: 1_000, ratePerSecond: 4, seconds: 2)
        var due: [UInt64] = []
        while let next = schedule.takeDue(nowNs: .max) { due.append(next) }
        #expect(due.count == 8)
        #expect(due == (0..<8).map { 1_000 + $0 * 250_000_000 })
        #expect(schedule.isExhausted)
    }

    @Test("after a stall every arrival that was due comes with the time it was due at")
    func stall() {
        var schedule = ArrivalSchedule(startNs: 0, ratePerSecond: 1_000, seconds: 1)
        #expect(schedule.takeDue(nowNs: 0) == 0)
        #expect(schedule.takeDue(nowNs: 999_999) == nil)
        var late: [UInt64] = []
        while let next = schedule.takeDue(nowNs: 100_000_000) { late.append(next) }
        #expect(late.count == 100)
        #expect(late.first == 1_000_000)
        #expect(late.last == 100_000_000)
    }
}
