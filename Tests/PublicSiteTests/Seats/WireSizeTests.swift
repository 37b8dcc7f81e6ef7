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
    struct Shape {
        let party: ClosedRange<Int>
        let percentGone: Int
    }

    /// Bytes of one body in each coding.
    struct Weight: Equatable, CustomStringConvertible {
        var identity = 0
        var gzip = 0
        var brotli = 0

        var description: String { "\(identity), \(gzip), \(brotli)" }

        init(_ identity: Int, _ gzip: Int, _ brotli: Int) {
            (self.identity, self.gzip, self.brotli) = (identity, gzip, brotli)
        }

        init(of body: [UInt8]) {
            let sizes = WireSizeTests.sizes(body)
            self.init(body.count, sizes.gzip, sizes.brotli)
        }

        mutating func take(_ other: Weight) {
            identity = max(identity, other.identity)
            gzip = max(gzip, other.gzip)
            brotli = max(brotli, other.brotli)
        }

        /// Another version of a packer may save a byte or waste one.
        func isAbout(_ stated: Weight) -> Bool {
            zip([identity, gzip, brotli], [stated.identity, stated.gzip, stated.brotli]).allSatisfy {
                abs($0 - $1) * 50 <= $1
            }
        }
    }

    /// What `docs/decisions/0012-size-of-a-difference.md` states of 100 sales to parties of such sizes: the largest
    /// of six sales each in a house 0, 5, 50 and 90 % gone.
    struct Stated: CustomTestStringConvertible {
        let party: ClosedRange<Int>
        let pairs: Weight
        let runs: Weight

        var testDescription: String { "sales to parties of \(party)" }
    }

    private static let stated = [
        Stated(party: 1...1, pairs: Weight(4_586, 1_042, 898), runs: Weight(435, 366, 349)),
        Stated(party: 1...4, pairs: Weight(6_291, 1_393, 990), runs: Weight(759, 569, 566)),
        Stated(party: 1...6, pairs: Weight(7_480, 1_626, 1_102), runs: Weight(975, 694, 694)),
        Stated(party: 6...6, pairs: Weight(9_532, 2_251, 1_386), runs: Weight(1_475, 962, 973)),
    ]

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

    @Test(
        "the difference after 100 sales all over the house weighs what the decision says", arguments: stated)
    func differences(_ stated: Stated) throws {
        var pairs = Weight(0, 0, 0)
        var runs = Weight(0, 0, 0)
        for percentGone in [0, 5, 50, 90] {
            for seed: UInt64 in 0..<6 {
                let bodies = try Self.differences(
                    Shape(party: stated.party, percentGone: percentGone), seed: seed)
                pairs.take(Weight(of: bodies.pairs))
                runs.take(Weight(of: bodies.runs))
            }
        }
        #expect(pairs.isAbout(stated.pairs), "pairs weigh \(pairs)")
        #expect(runs.isAbout(stated.runs), "runs weigh \(runs)")
    }

    @Test("as runs it is at most 1 KB, and as pairs with Brotli for up to four seats a sale")
    func atMostAKilobyte() {
        for stated in Self.stated {
            #expect(max(stated.runs.gzip, stated.runs.brotli) <= 1_000)
            #expect(stated.pairs.brotli <= 1_000 || stated.party.upperBound > 4)
        }
    }
}
