import Ticketing

/// The one statement that decides: inbox, orders and tickets, each as columns of arrays.
///
/// Orders and tickets go in only for attempts that the inbox took. A sold seat makes all of it fail: the unique
/// key raises, and nothing is passed over there.
enum DecisionStatement {
    /// In the order of the attempts, so that two workers with the same ones meet at the first and neither waits for
    /// the other in a circle.
    static func make(_ decisions: [Decision]) -> SQLQuery {
        let sorted = decisions.count > 1 ? decisions.sorted { $0.attempt < $1.attempt } : decisions
        let inbox = InboxColumns(sorted)
        let orders = OrderColumns(sorted)
        let tickets = TicketColumns(sorted)
        return """
            WITH taken AS (
                INSERT INTO inbox (attempt, outcome, reason)
                SELECT * FROM unnest(\(inbox.attempt), \(inbox.outcome), \(inbox.reason))
                ON CONFLICT (attempt) DO NOTHING
                RETURNING attempt),
            placed AS (
                INSERT INTO orders (number, intent, event_id, buyer, minor_units, currency,
                    payment_reference, placed_at, seats)
                SELECT number, intent, event_id, buyer, minor_units, currency, payment_reference, placed_at,
                    seats
                FROM unnest(\(orders.attempt), \(orders.number), \(orders.intent), \(orders.event),
                        \(orders.buyer), \(orders.minorUnits), \(orders.currency), \(orders.reference),
                        \(orders.placedAt), \(orders.seats))
                    AS new (attempt, number, intent, event_id, buyer, minor_units, currency,
                        payment_reference, placed_at, seats)
                WHERE attempt IN (SELECT attempt FROM taken)),
            issued AS (
                INSERT INTO tickets (event_id, seat_id, section_id, order_number, code, minor_units, currency)
                SELECT event_id, seat_id, section_id, order_number, code, minor_units, currency
                FROM unnest(\(tickets.attempt), \(tickets.event), \(tickets.seat), \(tickets.section),
                        \(tickets.orderNumber), \(tickets.code), \(tickets.minorUnits), \(tickets.currency))
                    AS new (attempt, event_id, seat_id, section_id, order_number, code, minor_units, currency)
                WHERE attempt IN (SELECT attempt FROM taken))
            SELECT attempt FROM taken
            """
    }
}

private struct InboxColumns {
    var attempt: [Attempt] = []
    var outcome: [String] = []
    var reason: [String?] = []

    init(_ decisions: [Decision]) {
        for decision in decisions {
            attempt.append(decision.attempt)
            outcome.append(decision.outcome.rawValue)
            switch decision.verdict {
            case .confirmed: reason.append(nil)
            // A gateway's words are not ours: what no text column takes must not fail the batch.
            case .declined(let words), .expired(let words): reason.append(words.replacing("\0", with: ""))
            }
        }
    }
}

private struct OrderColumns {
    var attempt: [Attempt] = []
    var number: [String] = []
    var intent: [String] = []
    var event: [String] = []
    var buyer: [String] = []
    var minorUnits: [Int] = []
    var currency: [String] = []
    var reference: [String] = []
    var placedAt: [Timestamp] = []
    var seats: [String] = []

    init(_ decisions: [Decision]) {
        for case (let decision, .confirmed(let order)) in decisions.lazy.map({ ($0, $0.verdict) }) {
            attempt.append(decision.attempt)
            number.append(order.number.text)
            intent.append(order.intent.text)
            event.append(order.event.text)
            buyer.append(order.buyer.text)
            minorUnits.append(order.amount.minorUnits)
            currency.append(order.amount.currency.code)
            reference.append(order.paymentReference)
            placedAt.append(order.placedAt)
            seats.append(
                order.tickets.count == 1
                    ? order.tickets[0].seat.text : order.tickets.map(\.seat.text).joined(separator: " "))
        }
    }
}

private struct TicketColumns {
    var attempt: [Attempt] = []
    var event: [String] = []
    var seat: [String] = []
    var section: [String] = []
    var orderNumber: [String] = []
    var code: [String] = []
    var minorUnits: [Int] = []
    var currency: [String] = []

    init(_ decisions: [Decision]) {
        for case (let decision, .confirmed(let order)) in decisions.lazy.map({ ($0, $0.verdict) }) {
            for ticket in order.tickets {
                attempt.append(decision.attempt)
                event.append(order.event.text)
                seat.append(ticket.seat.text)
                section.append(ticket.section.text)
                orderNumber.append(order.number.text)
                code.append(ticket.code.text)
                minorUnits.append(ticket.price.minorUnits)
                currency.append(ticket.price.currency.code)
            }
        }
    }
}

extension Attempt {
    fileprivate static func < (left: Attempt, right: Attempt) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
