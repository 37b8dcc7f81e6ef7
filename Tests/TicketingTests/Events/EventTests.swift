import Testing
import Ticketing
import TicketingTesting

@Suite("An event")
struct EventTests {
    private let event = SmallHall().listing.event

    @Test("is on sale from its opening until just before its closing")
    func saleWindow() throws {
        let window = event.saleWindow
        #expect(throws: Refusal.saleNotOpenYet(opensAt: window.opensAt)) {
            try window.checkOpen(at: window.opensAt.adding(ms: -1))
        }
        try window.checkOpen(at: window.opensAt)
        try window.checkOpen(at: window.closesAt.adding(ms: -1))
        #expect(throws: Refusal.saleClosed(closedAt: window.closesAt)) {
            try window.checkOpen(at: window.closesAt)
        }
        #expect(throws: InvalidValue.self) {
            try SaleWindow(opensAt: window.opensAt, closesAt: window.opensAt)
        }
    }

    @Test("limits the seats of one intent")
    func seatsPerIntent() throws {
        try event.limits.checkSeatsPerIntent(4)
        #expect(throws: Refusal.tooManySeats(limit: 4)) { try event.limits.checkSeatsPerIntent(5) }
    }

    @Test(
        "has limits that make sense",
        arguments: [(0, 1, 1), (51, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 86_401)])
    func limits(seatsPerIntent: Int, seatsPerBuyer: Int, holdSeconds: Int) {
        #expect(throws: InvalidValue.self) {
            try SaleLimits(
                seatsPerIntent: seatsPerIntent, seatsPerBuyer: seatsPerBuyer, holdSeconds: holdSeconds)
        }
    }

    @Test("needs prices in its currency, and names and ids that differ")
    func parts() throws {
        let dollars = try Price(name: "front", amount: Money(minorUnits: 1, currency: Currency("USD")))
        #expect(throws: InvalidValue.self) { try with(prices: [dollars]) }
        #expect(throws: InvalidValue.self) { try with(prices: []) }
        #expect(throws: InvalidValue.self) { try with(prices: event.prices + event.prices) }
        #expect(throws: InvalidValue.self) { try with(prices: event.prices, sections: []) }
        #expect(throws: InvalidValue.self) {
            try with(prices: event.prices, sections: event.sections + event.sections)
        }
        #expect(try with(prices: event.prices) == event)
        #expect(event.capacity == 12)
    }

    private func with(prices: [Price], sections: [Section]? = nil) throws -> Event {
        try Event(
            id: event.id, name: event.name, venue: event.venue, currency: event.currency,
            saleWindow: event.saleWindow, limits: event.limits, prices: prices,
            sections: sections ?? event.sections, mapHash: event.mapHash)
    }
}
