import Ticketing
import TicketingTesting

/// Decisions for tests beyond the conformance suites: each number is a purchase of a seat of its own.
enum Sale {
    static let hall = SmallHall()

    static func intent(_ number: Int, seats: [String]? = nil) -> PaymentIntent {
        let letters = Base32.encode([
            UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255),
        ])
        return IntentDraft("a", buyer: "buyer\(letters)", seats: seats ?? ["A-9-\(number)"], in: hall).intent
    }

    static func confirmed(_ number: Int, seats: [String]? = nil) throws -> Decision {
        let intent = intent(number, seats: seats)
        return try Decision(
            attempt: intent.attempt, intent: intent.id,
            verdict: .confirmed(
                Order(
                    number: intent.prospectiveOrder, intent: intent.id, event: intent.event,
                    buyer: intent.buyer, amount: intent.amount, paymentReference: "capture-\(number)",
                    placedAt: intent.createdAt,
                    tickets: intent.seats.map { seat in
                        Ticket(
                            code: .named("t.\(number).\(seat.id)"), seat: seat.id, section: seat.section,
                            price: seat.price)
                    })))
    }

    static func declined(_ number: Int) -> Decision {
        let intent = intent(number)
        return Decision(attempt: intent.attempt, intent: intent.id, verdict: .declined(reason: "no money"))
    }
}
