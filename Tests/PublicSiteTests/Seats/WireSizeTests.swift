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

    @Test("it is whatever the dice say, blocked seats included")
    func fullStateOfAnything() {
        for seed: UInt64 in 0..<5 {
            let chance = SeededRandomness(seed: seed)
            var states = Self.untouched
            for seat in 0..<states.count { states[seat] = chance.element(of: SeatAvailability.allCases) }
            let sizes = Self.sizes(AvailabilityJSON.full(Self.snapshot(states)))
            // Two random bits a seat cannot be packed: this is 12,500 bytes and what stands around them.
            #expect(sizes.gzip <= 13 * 1_024 + 256)
            #expect(sizes.brotli <= 13 * 1_024)
        }
    }

    /// So many purchases of so many neighbours each, all over a house that is this full.
    struct Shape: CustomTestStringConvertible {
        let party: ClosedRange<Int>
        let percentGone: Int

        var testDescription: String { "purchases of \(party), \(percentGone) % gone" }
    }

    private static let shapes = [1...1, 1...4, 1...6, 6...6].flatMap { party in
        [0, 5, 50, 90].map { Shape(party: party, percentGone: $0) }
    }

    private static func differences(
        _ shape: Shape, seed: UInt64
    ) throws -> (pairs: [UInt8], runs: [UInt8]) {
        let chance = SeededRandomness(seed: seed << 8 + UInt64(shape.percentGone))
        let before = sale(of: plan.seatCount * shape.percentGone / 100, chance)
        var after = before
        for _ in 0..<100 {
            let size = chance.below(shape.party.count) + shape.party.lowerBound
            let state: SeatAvailability = chance.chance(5) ? .held : .sold
            var first = chance.below(after.count - 100)
            while after[first] != .free { first = chance.below(after.count - 100) }
            // In a full house nobody finds six neighbours: the party takes what is free close by.
            for seat in (first..<first + 100).filter({ after[$0] == .free }).prefix(size) {
                after[seat] = state
            }
        }
        var recent = RecentChanges(seatCount: before.count)
        let since = SeatSnapshot.version(plan, before)
        recent.append(from: since, before, to: after)
        let snapshot = snapshot(after, recent: recent)
        let changes = try #require(snapshot.changes(since: since))
        return (
            AvailabilityJSON.changes(snapshot, since: since, changes),
            AvailabilityJSON.runs(snapshot, since: since, changes)
        )
    }

    @Test("the difference after 100 sales all over the house is at most 1 KB as runs", arguments: shapes)
    func runs(_ shape: Shape) throws {
        for seed: UInt64 in 0..<6 {
            let sizes = Self.sizes(try Self.differences(shape, seed: seed).runs)
            #expect(sizes.brotli <= 1_000)
            #expect(sizes.gzip <= 1_000)
        }
    }

    /// Pairs have a digit for every digit of every seat; what they come to is held here, so that it grows no more.
    @Test("as pairs it is at most 1 KB with Brotli for up to four seats a sale", arguments: shapes)
    func pairs(_ shape: Shape) throws {
        for seed: UInt64 in 0..<6 {
            let sizes = Self.sizes(try Self.differences(shape, seed: seed).pairs)
            switch shape.party {
            case 1...1:
                #expect(sizes.brotli <= 950)
                #expect(sizes.gzip <= 1_060)
            case 6...6:
                #expect(sizes.brotli <= 1_420)
                #expect(sizes.gzip <= 2_300)
            case 1...4:
                #expect(sizes.brotli <= 1_000)
                #expect(sizes.gzip <= 1_450)
            default:
                #expect(sizes.brotli <= 1_120)
                #expect(sizes.gzip <= 1_660)
            }
        }
    }
}
