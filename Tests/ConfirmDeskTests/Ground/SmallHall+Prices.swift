import Ticketing
import TicketingTesting

extension SmallHall {
    /// The same hall with another price for its front row.
    func listing(frontPrice: Int) -> Listing {
        let old = listing
        do {
            return try Listing(
                event: Event(
                    id: event, name: old.event.name, venue: old.event.venue, currency: old.event.currency,
                    saleWindow: old.event.saleWindow, limits: old.event.limits,
                    prices: [
                        Price(name: "front", amount: .won(frontPrice)),
                        Price(name: "rear", amount: .won(50_000)),
                    ], sections: old.event.sections, mapHash: old.event.mapHash), map: old.map)
        } catch {
            fatalError("the small hall is not well formed: \(error)")
        }
    }
}
