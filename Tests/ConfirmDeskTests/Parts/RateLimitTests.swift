import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@Suite("A rate limit", .timeLimit(.minutes(1)))
struct RateLimitTests {
    private let start = SmallHall.opensAt

    @Test("says after how long the next request may come")
    func delay() {
        let limit = RateLimit<String>(count: 10, periodMs: 1_000, burst: 2, capacity: 100)
        #expect(limit.delayMs(for: "a", now: start) == nil)
        #expect(limit.delayMs(for: "a", now: start) == nil)
        #expect(limit.delayMs(for: "a", now: start) == 100)
        #expect(limit.delayMs(for: "a", now: start.adding(ms: 60)) == 40)
        #expect(limit.delayMs(for: "a", now: start.adding(ms: 100)) == nil)
        #expect(limit.delayMs(for: "b", now: start.adding(ms: 100)) == nil)
    }

    @Test("counts nothing for a refused request")
    func refusedIsFree() {
        let limit = RateLimit<String>(count: 1, periodMs: 1_000, burst: 1, capacity: 100)
        #expect(limit.delayMs(for: "a", now: start) == nil)
        for _ in 0..<100 { #expect(limit.delayMs(for: "a", now: start) != nil) }
        #expect(limit.delayMs(for: "a", now: start.adding(ms: 1_000)) == nil)
    }

    @Test("allows, over any time, no more than the burst and the rate together")
    func longRun() {
        let limit = RateLimit<String>(count: 50, periodMs: 1_000, burst: 250, capacity: 100)
        let randomness = SeededRandomness(seed: 3)
        var now = start
        var allowed = 0
        for _ in 0..<20_000 {
            now = now.adding(ms: Int64(randomness.below(10)))
            if limit.delayMs(for: "a", now: now) == nil { allowed += 1 }
        }
        let most = 250 + Int(now.ms(since: start)) * 50 / 1000 + 1
        #expect(allowed <= most)
        #expect(allowed >= most - 60)
    }

    @Test("does not shut a buyer out when the clock is set back")
    func clockSetBack() {
        let limit = RateLimit<String>(count: 1, periodMs: 1_000, burst: 2, capacity: 100)
        #expect(limit.delayMs(for: "a", now: start) == nil)
        let hourAgo = start.adding(seconds: -3_600)
        #expect(limit.delayMs(for: "a", now: hourAgo.adding(ms: 1_000)) != nil)
        #expect(limit.delayMs(for: "a", now: hourAgo.adding(ms: 4_000)) == nil)
    }
}
