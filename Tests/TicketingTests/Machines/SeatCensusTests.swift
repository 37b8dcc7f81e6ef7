import Testing
import Ticketing
import TicketingTesting

@Suite("A census")
struct SeatCensusTests {
    private let map = SmallHall().listing.map
    private let now = SmallHall.opensAt
    private let owner = IntentID.named("pi_a")

    private func lock(_ seat: String, _ state: SeatState, section: String? = nil) -> SeatLock {
        SeatLock(seat: .named(seat), section: .named(section ?? String(seat.prefix(1))), state: state)
    }

    @Test("counts each seat of the map once, ended holds as free")
    func counts() {
        let census = SeatCensus(
            map: map,
            locks: [
                lock("A-1-1", .held(owner: owner, expiresAt: now.adding(ms: 1))),
                lock("A-1-2", .held(owner: owner, expiresAt: now)),
                lock("A-1-3", .selling(owner: owner)),
                lock("B-1-1", .sold(owner: owner, order: .named("ABCD-EFGH-IJKL-MNOP"))),
            ], now: now)
        #expect(census.capacity == 12 && census.free == 8 && census.held == 1)
        #expect(census.selling == 1 && census.sold == 1 && census.blocked == 1)
        #expect(census.addsUp && census.strays.isEmpty)
    }

    @Test("names live locks on seats the map does not have, or has elsewhere, as strays")
    func strays() {
        let census = SeatCensus(
            map: map,
            locks: [
                lock("C-1-1", .selling(owner: owner)), lock("A-1-1", .selling(owner: owner), section: "B"),
            ],
            now: now)
        #expect(census.strays.count == 2)
        #expect(census.selling == 0 && census.free == 11 && census.addsUp)
    }

    @Test("does not hide it when a seat has two locks")
    func twoLocks() {
        let census = SeatCensus(
            map: map,
            locks: [lock("A-1-1", .selling(owner: owner)), lock("A-1-1", .selling(owner: .named("pi_b")))],
            now: now)
        #expect(!census.addsUp)
    }
}
