import JSON
import Ticketing

/// A seat's lock as an item. A free seat has none.
enum SeatItem {
    static func writeHold(
        _ seat: ChosenSeat, of intent: PaymentIntent, into writer: inout JSONWriter
    ) {
        writer.object("Item") { writer in
            writer.string("pk", ItemKey.seats(seat.section, of: intent.event))
            writer.string("sk", seat.id.text)
            writer.word("st", "held")
            writer.string("ow", intent.id.text)
            writer.moment("he", intent.holdExpiresAt)
            // The broom, days after the end: whether the hold has ended is decided by `he`, in conditions.
            writer.number("purgeAfter", intent.holdExpiresAt.msSinceEpoch / 1000 + IntentItem.keptSeconds)
        }
    }

    static func state(in item: Item) throws(PortError) -> SeatState {
        let state = try item.text("st")
        let owner = try item.text("ow")
        let order = try item.optionalText("or")
        let expiresAt = item.has("he") ? try item.moment("he") : nil
        return try item.valid { () throws(InvalidValue) in
            try self.state(state, owner: owner, expiresAt: expiresAt, order: order)
        }
    }

    static func state(
        _ name: String, owner: String, expiresAt: Timestamp?, order: String?
    ) throws(InvalidValue) -> SeatState {
        let owner = try IntentID(owner)
        switch (name, expiresAt, order) {
        case ("held", .some(let expiresAt), _): return .held(owner: owner, expiresAt: expiresAt)
        case ("selling", _, _): return .selling(owner: owner)
        case ("sold", _, .some(let order)): return .sold(owner: owner, order: try OrderNumber(order))
        default: throw InvalidValue(.unknown, field: "seat state", message: "must be held, selling or sold")
        }
    }
}
