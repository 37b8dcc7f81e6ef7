import Ticketing
import TicketingTesting

extension SmallHall {
    /// The same hall as an operator may have changed it.
    func listing(
        frontPrice: Int = 90_000, blocking blocked: Set<String> = [], seatsPerIntent: Int = 4
    ) -> Listing {
        let old = listing
        let mapHash: ContentHash = blocked.isEmpty ? old.event.mapHash : .named("map2")
        do {
            return try Listing(
                event: Event(
                    id: event, name: old.event.name, venue: old.event.venue, currency: old.event.currency,
                    saleWindow: old.event.saleWindow,
                    limits: SaleLimits(
                        seatsPerIntent: seatsPerIntent, seatsPerBuyer: old.event.limits.seatsPerBuyer,
                        holdSeconds: old.event.limits.holdSeconds),
                    prices: [
                        Price(name: "front", amount: .won(frontPrice)),
                        Price(name: "rear", amount: .won(50_000)),
                    ], sections: old.event.sections, mapHash: mapHash),
                map: SeatMap(
                    hash: mapHash,
                    seats: old.map.seats.map { seat in
                        try Seat(
                            id: seat.id, section: seat.section, row: seat.row, number: seat.number,
                            priceName: seat.priceName, x: seat.x, y: seat.y,
                            isBlocked: seat.isBlocked || blocked.contains(seat.id.text))
                    }))
        } catch {
            fatalError("the small hall is not well formed: \(error)")
        }
    }
}
