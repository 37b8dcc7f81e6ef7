import Ticketing
import TicketingTesting

@testable import PublicSite

/// A large house: 50 sections of 20 rows with 50 seats, three prices; 50,000 seats.
struct Arena: Sendable {
    var sectionCount = 50
    let rowsPerSection = 20
    let seatsPerRow = 50
    let event = EventID.named("arena")

    var listing: Listing {
        do {
            let prices = ["Floor", "Lower tier", "Upper tier"]
            var seats: [Seat] = []
            var sections: [Section] = []
            for number in 1...sectionCount {
                let name = number < 10 ? "S0\(number)" : "S\(number)"
                sections.append(
                    try Section(
                        id: .named(name), name: "Section \(number)", seatCount: rowsPerSection * seatsPerRow))
                for row in 1...rowsPerSection {
                    for seat in 1...seatsPerRow {
                        seats.append(
                            try Seat(
                                id: .named("\(name)-\(row)-\(seat)"), section: .named(name), row: "\(row)",
                                number: "\(seat)", priceName: prices[number % 3], isAccessible: row == 1,
                                x: 100 * number + seat, y: row))
                    }
                }
            }
            return try Listing(
                event: Event(
                    id: event, name: "The Arena", venue: "Arena", currency: Currency("KRW"),
                    saleWindow: SaleWindow(
                        opensAt: SmallHall.opensAt, closesAt: SmallHall.opensAt.adding(seconds: 86_400)),
                    limits: SaleLimits(seatsPerIntent: 6, seatsPerBuyer: 12, holdSeconds: 600),
                    prices: prices.map { try Price(name: $0, amount: .won(90_000)) }, sections: sections,
                    mapHash: .named("3f9c2ab4d1e65f70")),
                map: SeatMap(hash: .named("3f9c2ab4d1e65f70"), seats: seats))
        } catch {
            fatalError("the arena is not well formed: \(error)")
        }
    }
}
