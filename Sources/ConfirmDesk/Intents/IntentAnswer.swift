import JSON
import Telemetry
import Ticketing

/// An intent as a client sees it, in the one shape of POST, GET and cancel.
struct IntentAnswer {
    let id: IntentID
    let status: IntentStatus
    let event: EventID
    let seats: [ChosenSeat]
    let amount: Money
    var order: Order?
    let expiresAt: Ticketing.Timestamp
    let serverTime: Ticketing.Timestamp

    var json: [UInt8] {
        var writer = JSONWriter(capacity: 320 + 24 * seats.count)
        writer.object { writer in
            writer.member("id", id.text)
            writer.member("status", status.rawValue)
            writer.member("event", event.text)
            writer.array("seats") { writer in
                for seat in seats { writer.element(seat.id.text) }
            }
            writer.object("amount") { writer in
                writer.member("value", amount.minorUnits)
                writer.member("currency", amount.currency.code)
            }
            write(order, to: &writer)
            writer.member("expiresAt", timestampMs: expiresAt.msSinceEpoch)
            writer.member("serverTime", timestampMs: serverTime.msSinceEpoch)
        }
        return writer.bytes
    }

    private func write(_ order: Order?, to writer: inout JSONWriter) {
        guard let order else { return writer.null("order") }
        writer.object("order") { writer in
            writer.member("number", order.number.text)
            writer.array("tickets") { writer in
                for ticket in order.tickets {
                    writer.object { writer in
                        writer.member("seat", ticket.seat.text)
                        writer.member("code", ticket.code.text)
                    }
                }
            }
        }
    }
}

extension IntentAnswer {
    /// A stored intent as it is now.
    init(_ intent: PaymentIntent, order: Order?, serverTime: Ticketing.Timestamp) {
        self.init(
            id: intent.id, status: intent.status, event: intent.event, seats: intent.seats,
            amount: intent.amount, order: order, expiresAt: intent.holdExpiresAt, serverTime: serverTime)
    }
}
