import JSON
import Ticketing

/// A payment intent as an item. Names are short because every started kilobyte is paid for with each write.
enum IntentItem {
    /// Ended intents are kept so long that no retry of a key can still come.
    static let keptSeconds: Int64 = 7 * 86_400

    static func write(_ intent: PaymentIntent, shards: Int, into writer: inout JSONWriter) {
        writer.object("Item") { writer in
            writer.string("pk", ItemKey.intent(intent.id))
            writer.string("sk", ItemKey.alone)
            writer.string("st", intent.state.rawValue)
            writer.string("ev", intent.event.text)
            writer.string("by", intent.buyer.text)
            writer.string("pm", intent.payment.name)
            writer.string("pt", intent.payment.token)
            writer.binary("fp", intent.fingerprint.bytes)
            writer.binary("at", intent.attempt.bytes)
            writer.binary("an", intent.answer)
            writer.string("cu", intent.amount.currency.code)
            writer.string("se", seats(intent.seats))
            writer.moment("ca", intent.createdAt)
            writer.moment("he", intent.holdExpiresAt)
            // Only open intents have these two, so only they stand in the index.
            writer.string("openShard", ItemKey.open(shard: ItemKey.shard(of: intent.id.text, among: shards)))
            writer.string("openSince", ItemKey.age(intent.openPosition))
        }
    }

    /// `A-1-1/A/90000`, one after the other: no id may contain a slash or a space.
    private static func seats(_ seats: [ChosenSeat]) -> String {
        var text = ""
        for seat in seats {
            if !text.isEmpty { text += " " }
            text += seat.id.text
            text += "/"
            text += seat.section.text
            text += "/"
            text += String(seat.price.minorUnits)
        }
        return text
    }

    static func attempt(in item: Item) throws(PortError) -> Attempt {
        let bytes = try item.bytes("at")
        return try item.valid { () throws(InvalidValue) in try Attempt(bytes: bytes) }
    }

    static func intent(in item: Item) throws(PortError) -> PaymentIntent {
        let key = try item.text("pk")
        let state = try item.text("st")
        let event = try item.text("ev")
        let buyer = try item.text("by")
        let method = try item.text("pm")
        let token = try item.text("pt")
        let fingerprint = try item.bytes("fp")
        let attempt = try attempt(in: item)
        let answer = try item.bytes("an")
        let currency = try item.text("cu")
        let seats = try item.text("se")
        let createdAt = try item.moment("ca")
        let holdExpiresAt = try item.moment("he")
        let order = try item.optionalText("or")
        let endedAt = item.has("en") ? try item.moment("en") : nil
        guard key.hasPrefix("I#"), let state = IntentState(rawValue: state) else {
            throw item.corrupt("is no intent")
        }
        return try item.valid { () throws(InvalidValue) in
            try PaymentIntent(
                id: IntentID(String(key.dropFirst(2))), event: EventID(event), buyer: BuyerID(buyer),
                seats: chosenSeats(seats, Currency(currency)),
                payment: PaymentMethod(name: method, token: token),
                fingerprint: IdempotencyFingerprint(bytes: fingerprint), attempt: attempt, answer: answer,
                createdAt: createdAt, holdExpiresAt: holdExpiresAt
            ).restored(state: state, order: order.map(OrderNumber.read), endedAt: endedAt)
        }
    }

    private static func chosenSeats(
        _ text: String, _ currency: Currency
    ) throws(InvalidValue) -> [ChosenSeat] {
        var seats: [ChosenSeat] = []
        for seat in text.split(separator: " ") {
            let parts = seat.split(separator: "/")
            guard parts.count == 3, let minorUnits = Int(parts[2]) else {
                throw InvalidValue(.badForm, field: "seats", message: "must be written as seat/section/price")
            }
            seats.append(
                ChosenSeat(
                    id: try SeatID(String(parts[0])), section: try SectionID(String(parts[1])),
                    price: try Money(minorUnits: minorUnits, currency: currency)))
        }
        return seats
    }
}

extension OrderNumber {
    fileprivate static func read(_ text: String) throws(InvalidValue) -> OrderNumber { try OrderNumber(text) }
}
