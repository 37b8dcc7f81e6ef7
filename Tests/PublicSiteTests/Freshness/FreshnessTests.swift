import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("Freshness")
struct FreshnessTests {
    private let start = SmallHall.opensAt

    private func at(_ ms: Int64) -> Timestamp { start.adding(ms: ms) }

    private func read(ttlMs: Int = 1_000) -> Freshness {
        var freshness = Freshness(ttlMs: ttlMs)
        freshness.began()
        freshness.adopted(start)
        freshness.succeeded()
        return freshness
    }

    @Test("nothing read yet is read first")
    func nothingYet() {
        #expect(Freshness(ttlMs: 1_000).verdict(now: start) == .refreshFirst)
    }

    @Test("a value is served, then served while the next is read, then waited for")
    func aging() {
        let freshness = read()
        #expect(freshness.verdict(now: at(0)) == .serve)
        #expect(freshness.verdict(now: at(999)) == .serve)
        #expect(freshness.verdict(now: at(1_000)) == .serveAndRefresh)
        #expect(freshness.verdict(now: at(2_900)) == .serveAndRefresh)
        #expect(freshness.verdict(now: at(2_901)) == .refreshFirst)
        #expect(freshness.verdict(now: at(600_000)) == .refreshFirst)
    }

    @Test("with the longest time to live the next value is read when this one is too old to be shown")
    func longestTTL() {
        let freshness = read(ttlMs: 3_000)
        #expect(freshness.verdict(now: at(2_899)) == .serve)
        #expect(freshness.verdict(now: at(2_900)) == .serveAndRefresh)
        #expect(freshness.verdict(now: at(2_901)) == .refreshFirst)
    }

    @Test("while it is read again nobody begins another reading")
    func oneAtATime() {
        var freshness = read()
        freshness.began()
        #expect(freshness.verdict(now: at(1_500)) == .serve)
        #expect(freshness.verdict(now: at(3_500)) == .refreshFirst)
    }

    @Test("a failing source is stood in for up to 60 s, without waiting, and asked again now and then")
    func failing() {
        var freshness = read()
        freshness.failed(now: at(3_000), jitter: 0.99)
        #expect(freshness.verdict(now: at(3_050)) == .serve)
        #expect(freshness.verdict(now: at(3_200)) == .serveAndRefresh)
        #expect(freshness.verdict(now: at(60_000)) == .serveAndRefresh)
        #expect(freshness.verdict(now: at(60_001)) == .refreshFirst)
        freshness.failed(now: at(60_001), jitter: 0.99)
        #expect(freshness.verdict(now: at(60_002)) == .refuse)
    }

    @Test("a source that keeps failing is asked less and less often, but at least every two seconds")
    func backoff() {
        var freshness = Freshness(ttlMs: 1_000)
        var pauses: [Int64] = []
        var now = start
        for _ in 0..<8 {
            freshness.failed(now: now, jitter: 0.999)
            var pause: Int64 = 0
            while freshness.verdict(now: now.adding(ms: pause)) == .refuse { pause += 1 }
            pauses.append(pause)
            now = now.adding(ms: pause)
        }
        #expect(pauses == pauses.sorted())
        #expect((150...200).contains(pauses[0]))
        #expect((1_900...2_000).contains(pauses[7]))
    }

    @Test("jitter shortens a pause by up to half")
    func jitter() {
        var freshness = Freshness(ttlMs: 1_000)
        freshness.failed(now: start, jitter: 0)
        #expect(freshness.verdict(now: at(99)) == .refuse)
        #expect(freshness.verdict(now: at(100)) == .refreshFirst)
    }

    @Test("one success and the source is trusted again")
    func recovered() {
        var freshness = read()
        for _ in 0..<5 { freshness.failed(now: at(3_000), jitter: 0.5) }
        freshness.began()
        freshness.adopted(at(4_000))
        freshness.succeeded()
        #expect(freshness.verdict(now: at(4_001)) == .serve)
        #expect(freshness.verdict(now: at(7_000)) == .refreshFirst)
    }

    @Test("a value from the far future is not believed: some clock is wrong")
    func fromTheFuture() {
        var freshness = Freshness(ttlMs: 1_000)
        freshness.adopted(at(2_000))
        #expect(freshness.verdict(now: start) == .serve)
        freshness.adopted(at(60_000))
        #expect(freshness.verdict(now: start) == .refreshFirst)
    }
}
