import Ticketing

/// What every order book must do.
package enum OrderBookConformance {
    package typealias Check = ConformanceCheck<any OrderBook>

    package static let checks: [Check] = deciding + selling + reading

    static let hall = SmallHall()

    /// The decision that a worker makes of a paid intent.
    static func confirmed(
        _ key: String, buyer: String = "ana", seats: [String], in hall: SmallHall = hall, call: UInt64 = 0
    ) -> Decision {
        let intent = IntentDraft(key, buyer: buyer, seats: seats, in: hall, call: call).intent
        return Decision(attempt: intent.attempt, intent: intent.id, verdict: .confirmed(order(of: intent)))
    }

    static func declined(_ key: String, seats: [String] = ["A-1-1"]) -> Decision {
        let intent = IntentDraft(key, seats: seats).intent
        return Decision(attempt: intent.attempt, intent: intent.id, verdict: .declined(reason: "no money"))
    }

    static func order(of intent: PaymentIntent) -> Order {
        do {
            return try Order(
                number: intent.prospectiveOrder, intent: intent.id, event: intent.event, buyer: intent.buyer,
                amount: intent.amount, paymentReference: "capture-\(intent.attempt)",
                placedAt: intent.createdAt.adding(ms: 250),
                tickets: intent.seats.map { seat in
                    Ticket(
                        code: .named("t.\(intent.prospectiveOrder).\(seat.id)"), seat: seat.id,
                        section: seat.section, price: seat.price)
                })
        } catch {
            fatalError("the order of \(intent.id) is not well formed: \(error)")
        }
    }
}

extension Decision {
    var order: Order? {
        if case .confirmed(let order) = verdict { order } else { nil }
    }
}
