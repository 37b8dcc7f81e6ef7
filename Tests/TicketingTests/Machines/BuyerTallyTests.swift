import Testing
import Ticketing
import TicketingTesting

@Suite("A buyer's tally")
struct BuyerTallyTests {
    private let first = IntentID.named("pi_first")
    private let second = IntentID.named("pi_second")
    private let now = SmallHall.opensAt

    private func tally(holding seatCount: Int) throws -> BuyerTally {
        var tally = BuyerTally()
        try tally.add(first, seatCount: seatCount, until: now.adding(ms: 1000), limit: 4, now: now)
        return tally
    }

    @Test("takes seats up to the limit and refuses one more, saying what is held")
    func limit() throws {
        var tally = try tally(holding: 3)
        let before = tally
        #expect(throws: Refusal.buyerLimitExceeded(limit: 4, held: 3)) {
            try tally.add(second, seatCount: 2, until: .latest, limit: 4, now: now)
        }
        #expect(tally == before)
        try tally.add(second, seatCount: 1, until: .latest, limit: 4, now: now)
        #expect(tally.seatCount(at: now) == 4)
    }

    @Test("forgets a hold that has ended when the next intent comes")
    func forgets() throws {
        var tally = try tally(holding: 4)
        let end = now.adding(ms: 1000)
        #expect(tally.seatCount(at: end.adding(ms: -1)) == 4)
        #expect(tally.seatCount(at: end) == 0)
        try tally.add(second, seatCount: 4, until: .latest, limit: 4, now: end)
        #expect(tally.entries.keys.sorted() == [second])
        let claimedTooLate = tally.makePermanent(first)
        #expect(!claimedTooLate)
    }

    @Test("counts a claimed intent until it is removed")
    func permanent() throws {
        var tally = try tally(holding: 4)
        let isClaimed = tally.makePermanent(first)
        #expect(isClaimed)
        #expect(tally.seatCount(at: .latest) == 4)
        tally.remove(first)
        #expect(tally.seatCount(at: now) == 0)
    }

    @Test("gets a new version with every write, and only then")
    func version() throws {
        var tally = try tally(holding: 4)
        #expect(tally.version == 1)
        _ = try? tally.add(second, seatCount: 1, until: .latest, limit: 4, now: now)
        tally.remove(second)
        _ = tally.makePermanent(second)
        #expect(tally.version == 1)
        _ = tally.makePermanent(first)
        tally.remove(first)
        #expect(tally.version == 3)
    }
}
