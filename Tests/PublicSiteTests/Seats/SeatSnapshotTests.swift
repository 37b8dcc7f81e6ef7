import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("Seat snapshots")
struct SeatSnapshotTests {
    private static let plan = SeatingPlan(SmallHall().listing)

    private static func lock(_ seat: String, _ state: SeatState) -> SeatLock {
        SeatLock(seat: .named(seat), section: .named(String(seat.prefix(1))), state: state)
    }

    private static func snapshot(_ locks: [SeatLock], after previous: SeatSnapshot? = nil) -> SeatSnapshot {
        let now = SmallHall.opensAt
        return SeatSnapshot(
            plan: plan, taken: [TakenSeats(locks, plan: plan, now: now)], madeAt: now, previous: previous)
    }

    private static let owner = IntentID.named("pi_ana")

    @Test("the same house has the same version, another state another one")
    func versions() {
        let held = Self.lock("A-1-1", .held(owner: Self.owner, expiresAt: SmallHall.opensAt.adding(ms: 1)))
        let ended = Self.lock("A-1-1", .held(owner: Self.owner, expiresAt: SmallHall.opensAt))
        let selling = Self.lock("A-1-1", .selling(owner: Self.owner))
        #expect(Self.snapshot([]).version == Self.snapshot([ended]).version)
        #expect(Self.snapshot([]).version != Self.snapshot([held]).version)
        #expect(Self.snapshot([selling]).version == Self.snapshot([held]).version)
    }

    @Test("a snapshot comes out of the shared cache as it went in, with its history")
    func roundTrip() throws {
        let first = Self.snapshot([])
        let second = Self.snapshot([Self.lock("A-1-1", .selling(owner: Self.owner))], after: first)
        let third = Self.snapshot([Self.lock("B-1-1", .selling(owner: Self.owner))], after: second)
        let back = try #require(SeatSnapshot(bytes: third.bytes, plan: Self.plan, madeAt: third.madeAt))
        #expect(back.states == third.states)
        #expect(back.version == third.version)
        #expect(back.recent == third.recent)
        #expect(back.counts == third.counts)
        #expect(back.changes(since: first.version)?.map(\.index) == [8])
        #expect(back.changes(since: second.version)?.map(\.index) == [0, 8])
        #expect(back.changes(since: third.version)?.isEmpty == true)
        #expect(back.changes(since: "unknown") == nil)
    }

    @Test("bytes that were cut, changed or made for another map are no snapshot, and never a trap")
    func hostileBytes() throws {
        let first = Self.snapshot([])
        let bytes = Self.snapshot([Self.lock("A-1-1", .selling(owner: Self.owner))], after: first).bytes
        for end in 0..<bytes.count {
            #expect(SeatSnapshot(bytes: Array(bytes[..<end]), plan: Self.plan, madeAt: .epoch) == nil)
        }
        #expect(SeatSnapshot(bytes: bytes + [0], plan: Self.plan, madeAt: .epoch) == nil)
        let other = SeatingPlan(SmallHall().listing(mapHash: .named("map2")))
        #expect(SeatSnapshot(bytes: bytes, plan: other, madeAt: .epoch) == nil)
        let chance = SeededRandomness(seed: 4)
        for _ in 0..<20_000 {
            var changed = bytes
            changed[chance.below(changed.count)] = UInt8(chance.below(256))
            guard let read = SeatSnapshot(bytes: changed, plan: Self.plan, madeAt: .epoch) else { continue }
            #expect(read.version == SeatSnapshot.version(Self.plan, read.states))
            _ = read.changes(since: first.version)
        }
    }

    @Test("counts by section and price add up to the seats that are not blocked")
    func counts() {
        let snapshot = Self.snapshot([
            Self.lock("A-1-1", .selling(owner: Self.owner)), Self.lock("B-1-4", .selling(owner: Self.owner)),
        ])
        #expect(
            snapshot.counts == [
                .init(free: 3, held: 1, sold: 0), .init(free: 4, held: 0, sold: 0),
                .init(free: 3, held: 1, sold: 0),
            ])
    }
}
