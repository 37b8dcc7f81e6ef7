import Ticketing

/// What the desk has to know of an event to sell from it, in few bytes a seat: an event of 400,000 seats is
/// held once for all loops of a process.
final class SaleSheet: Sendable {
    private struct Place {
        let section: UInt16
        let price: UInt16
        let isBlocked: Bool
    }

    let event: Event
    private let places: [SeatID: Place]

    init(_ listing: Listing) {
        event = listing.event
        var sectionIndex: [SectionID: UInt16] = [:]
        for (index, section) in event.sections.enumerated() { sectionIndex[section.id] = UInt16(index) }
        var priceIndex: [String: UInt16] = [:]
        for (index, price) in event.prices.enumerated() { priceIndex[price.name] = UInt16(index) }
        var places: [SeatID: Place] = [:]
        places.reserveCapacity(listing.map.seats.count)
        for seat in listing.map.seats {
            // A listing has neither unknown sections nor unknown prices.
            guard let section = sectionIndex[seat.section], let price = priceIndex[seat.priceName] else {
                continue
            }
            places[seat.id] = Place(section: section, price: price, isBlocked: seat.isBlocked)
        }
        self.places = places
    }

    /// Made off the loop when it takes long enough for others to notice.
    static func made(from listing: Listing) async -> SaleSheet {
        guard listing.map.seats.count > 20_000 else { return SaleSheet(listing) }
        return await Task.detached { SaleSheet(listing) }.value
    }

    /// The seats a buyer asks for, in the buyer's order and at the server's prices; those the event does not
    /// have and those that are never sold apart.
    func choose(_ ids: [SeatID]) -> Choice {
        var choice = Choice()
        choice.seats.reserveCapacity(ids.count)
        for id in ids {
            guard let place = places[id] else {
                choice.unknown.append(id)
                continue
            }
            if place.isBlocked { choice.blocked.append(id) }
            choice.seats.append(
                ChosenSeat(
                    id: id, section: event.sections[Int(place.section)].id,
                    price: event.prices[Int(place.price)].amount))
        }
        return choice
    }

    struct Choice {
        var seats: [ChosenSeat] = []
        var unknown: [SeatID] = []
        var blocked: [SeatID] = []
    }
}
