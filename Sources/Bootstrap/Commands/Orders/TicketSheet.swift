import Ticketing

/// One ticket as its holder sees it: the code to scan, and what it is for in words.
struct TicketSheet {
    let ticket: Ticket
    let place: String
    private let order: Order
    private let event: Event?

    /// Without a listing (the event is gone from the catalogue) ids stand in for names.
    init(_ ticket: Ticket, of order: Order, in listing: Listing?) {
        self.ticket = ticket
        self.order = order
        event = listing?.event
        let section = listing?.event.sections.first { $0.id == ticket.section }
        let sectionName = section?.name ?? ticket.section.text
        place =
            listing?.map[ticket.seat].map { "\(sectionName), row \($0.row), seat \($0.number)" }
            ?? sectionName
    }

    var fileName: String { "\(order.number)-\(ticket.seat).svg" }

    /// Nil when the code is longer than any that we make: somebody else has written this order.
    var svg: String? {
        let name = event?.name ?? order.event.text
        return QRCode(ticket.code.text)?.svg(
            label: "Ticket for \(name): \(place)",
            captions: [name, event?.venue, place, "\(ticket.seat)   \(order.number)"].compactMap { $0 })
    }
}
