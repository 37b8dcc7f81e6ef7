import Testing
import Ticketing
import TicketingTesting

@Suite("A listing")
struct ListingTests {
    private let listing = SmallHall().listing

    @Test("sells seats in the buyer's order at the server's price")
    func choose() throws {
        let chosen = try listing.choose([.named("B-1-1"), .named("A-1-2")])
        #expect(chosen.map(\.id) == [.named("B-1-1"), .named("A-1-2")])
        #expect(chosen.map(\.section) == [.named("B"), .named("A")])
        #expect(chosen.map(\.price) == [.won(50_000), .won(90_000)])
    }

    @Test("refuses no seats, the same seat twice, and every seat it does not know")
    func refusals() {
        #expect(throws: Refusal.noSeats) { try listing.choose([]) }
        #expect(throws: Refusal.seatRepeated(.named("A-1-1"))) {
            try listing.choose([.named("A-1-1"), .named("A-1-2"), .named("A-1-1")])
        }
        #expect(throws: Refusal.seatUnknown([.named("C-1-1"), .named("A-9-9")])) {
            try listing.choose([.named("C-1-1"), .named("A-1-2"), .named("A-9-9")])
        }
    }

    @Test("names the blocked seats among those asked for")
    func blocked() {
        #expect(
            listing.blockedConflicts([.named("A-1-1"), .named("B-1-4")])
                == [SeatConflict(seat: .named("B-1-4"), obstacle: .blocked)])
    }

    @Test("is refused when event and map do not fit together")
    func mismatch() throws {
        let event = listing.event
        let map = listing.map
        #expect(throws: InvalidValue.self) {
            try Listing(event: event, map: SeatMap(hash: .named("other"), seats: map.seats))
        }
        #expect(throws: InvalidValue.self) {
            try Listing(event: event, map: SeatMap(hash: map.hash, seats: map.seats.dropLast()))
        }
        let misplaced = try Seat(
            id: .named("Z-1"), section: .named("Z"), row: "1", number: "1", priceName: "front", x: 0, y: 0)
        #expect(throws: InvalidValue.self) {
            try Listing(event: event, map: SeatMap(hash: map.hash, seats: map.seats + [misplaced]))
        }
        let priceless = try Seat(
            id: .named("A-9-9"), section: .named("A"), row: "1", number: "1", priceName: "gift", x: 0, y: 0)
        #expect(throws: InvalidValue.self) {
            try Listing(
                event: event, map: SeatMap(hash: map.hash, seats: map.seats.dropFirst() + [priceless]))
        }
    }

    @Test("keeps its seats in map order, each once")
    func seatMap() throws {
        let map = listing.map
        #expect(map.seats.indices.allSatisfy { map.index(of: map.seats[$0].id) == $0 })
        #expect(map[.named("A-1-1")]?.priceName == "front")
        #expect(map[.named("Z")] == nil)
        #expect(throws: InvalidValue.self) { try SeatMap(hash: map.hash, seats: map.seats + [map.seats[3]]) }
        #expect(throws: InvalidValue.self) { try SeatMap(hash: map.hash, seats: []) }
    }

    @Test("has seats that lie on the map")
    func coordinates() {
        #expect(throws: InvalidValue.self) {
            try Seat(
                id: .named("A"), section: .named("A"), row: "1", number: "1", priceName: "p", x: 1_000_001,
                y: 0)
        }
    }
}
