import Ticketing
import TicketingTesting

enum OrderFixture {
    /// As a worker makes it once the payment is captured.
    static func decision(for intent: PaymentIntent) -> Decision {
        do {
            let order = try Order(
                number: intent.prospectiveOrder, intent: intent.id, event: intent.event, buyer: intent.buyer,
                amount: intent.amount, paymentReference: "ref-\(intent.attempt)", placedAt: intent.createdAt,
                tickets: intent.seats.map { seat in
                    Ticket(
                        code: .named("t1.\(seat.id).\(intent.attempt)"), seat: seat.id, section: seat.section,
                        price: seat.price)
                })
            return Decision(attempt: intent.attempt, intent: intent.id, verdict: .confirmed(order))
        } catch {
            fatalError("the order of \(intent.id) is not well formed: \(error)")
        }
    }
}
