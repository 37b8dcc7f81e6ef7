import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

/// The sizes the project promises, of an event of 50,000 seats in 50 sections.
@Suite("Wire sizes")
struct WireSizeTests {
    private static let plan = SeatingPlan(Arena().listing)
    private static let untouched = PackedStates(count: plan.seatCount)

    /// Buyers take one to four neighbours; a twentieth of what is gone is only held yet.
    private static func sale(of wanted: Int, _ chance: SeededRandomness) -> PackedStates {
        var states = untouched
        var taken = 0
        while taken < wanted {
            let party = 1 + chance.below(4)
            let first = chance.below(states.count - party)
            guard (first..<first + party).allSatisfy({ states[$0] == .free }) else { continue }
            let state: SeatAvailability = chance.chance(5) ? .held : .sold
            for seat in first..<first + party { states[seat] = state }
            taken += party
        }
        return states
    }

    private static func snapshot(_ states: PackedStates, recent: RecentChanges? = nil) -> SeatSnapshot {
        SeatSnapshot(
            plan: plan, states: states, version: SeatSnapshot.version(plan, states),
            recent: recent ?? RecentChanges(seatCount: states.count), madeAt: SmallHall.opensAt)
    }

    private static func sizes(_ body: [UInt8]) -> (gzip: Int, brotli: Int) {
        (
            ContentCoding.gzip.encoded(body)?.count ?? body.count,
            ContentCoding.brotli.encoded(body)?.count ?? body.count
        )
    }

    @Test("the full state is at most 13 KB at every stage of a sale", arguments: [0, 10, 30, 50, 80, 95])
    func fullState(_ percent: Int) {
        let states = Self.sale(
            of: Self.plan.seatCount * percent / 100, SeededRandomness(seed: UInt64(percent)))
        let sizes = Self.sizes(AvailabilityJSON.full(Self.snapshot(states)))
        #expect(sizes.gzip <= 13_000)
        #expect(sizes.brotli <= 13_000)
    }

    @Test("it is even when every seat is free, held or sold by the throw of a die")
    func fullStateOfNoise() {
        let chance = SeededRandomness(seed: 3)
        var states = Self.untouched
        for seat in 0..<states.count { states[seat] = chance.element(of: [.free, .held, .sold]) }
        let sizes = Self.sizes(AvailabilityJSON.full(Self.snapshot(states)))
        #expect(sizes.gzip <= 13_000)
        #expect(sizes.brotli <= 13_000)
    }

    @Test("the difference after 100 sales all over the house is at most 1 KB", arguments: [0, 5, 50, 90])
    func difference(_ percent: Int) throws {
        let chance = SeededRandomness(seed: UInt64(percent) + 100)
        let before = Self.sale(of: Self.plan.seatCount * percent / 100, chance)
        var after = before
        for _ in 0..<100 {
            var seat = chance.below(after.count)
            while after[seat] != .free { seat = chance.below(after.count) }
            after[seat] = .sold
        }
        var recent = RecentChanges(seatCount: before.count)
        recent.append(from: "before", before, to: after)
        let snapshot = Self.snapshot(after, recent: recent)
        let changes = try #require(snapshot.changes(since: "before"))
        #expect(changes.count == 100)
        let body = AvailabilityJSON.changes(snapshot, since: Self.snapshot(before).version, changes)
        #expect(Self.sizes(body).brotli <= 1_000)
        #expect(Self.sizes(body).gzip <= 1_100)
    }
}
