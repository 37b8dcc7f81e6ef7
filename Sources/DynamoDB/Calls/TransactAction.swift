import JSON
import Ticketing

/// One item's part of a transaction, with its condition inside.
enum TransactAction: Sendable {
    case openIntent(PaymentIntent, shards: Int)
    case holdSeat(ChosenSeat, PaymentIntent, now: Timestamp)
    /// Fails, whatever becomes of the seat.
    case refuseSeat(ChosenSeat, PaymentIntent)
    /// Of a buyer who had none.
    case startTally(BuyerTally, PaymentIntent)
    /// In place of the one that was read.
    case replaceTally(BuyerTally, PaymentIntent, expecting: UInt64)
    case claimIntent(IntentID)
    case claimSeat(ChosenSeat, PaymentIntent)
    case keepInTally(PaymentIntent)
    /// `from` is the state that it must still have.
    case endIntent(PaymentIntent, from: IntentState)
    case sellSeat(ChosenSeat, PaymentIntent, OrderNumber)
    case freeSeat(ChosenSeat, PaymentIntent)
    case dropFromTally(PaymentIntent)

    func write(into writer: inout JSONWriter, table: String) {
        writer.object { writer in
            switch self {
            case .openIntent, .holdSeat, .refuseSeat, .startTally, .replaceTally:
                writer.object("Put") { writeParts(into: &$0, table) }
            case .freeSeat: writer.object("Delete") { writeParts(into: &$0, table) }
            default: writer.object("Update") { writeParts(into: &$0, table) }
            }
        }
    }

    private func writeParts(into writer: inout JSONWriter, _ table: String) {
        writer.member("TableName", table)
        switch self {
        case .openIntent, .holdSeat, .refuseSeat, .startTally, .replaceTally: writePut(into: &writer)
        case .claimIntent, .endIntent: writeIntentChange(into: &writer)
        case .claimSeat, .sellSeat, .freeSeat: writeSeatChange(into: &writer)
        case .keepInTally, .dropFromTally: writeTallyChange(into: &writer)
        }
    }

    private func writePut(into writer: inout JSONWriter) {
        switch self {
        case .openIntent(let intent, let shards):
            IntentItem.write(intent, shards: shards, into: &writer)
            writer.condition("attribute_not_exists(pk)")
        case .holdSeat(let seat, let intent, let now):
            SeatItem.writeHold(seat, of: intent, into: &writer)
            writer.condition("attribute_not_exists(pk) OR (st = :held AND he <= :now)")
            writer.object("ExpressionAttributeValues") { writer in
                writer.word(":held", "held")
                writer.moment(":now", now)
            }
        case .refuseSeat(let seat, let intent):
            SeatItem.writeHold(seat, of: intent, into: &writer)
            writer.condition("attribute_exists(pk) AND attribute_not_exists(pk)")
        case .startTally(let tally, let intent):
            TallyItem.write(tally, of: intent.buyer, event: intent.event, into: &writer)
            writer.condition("attribute_not_exists(pk)")
        case .replaceTally(let tally, let intent, let version):
            TallyItem.write(tally, of: intent.buyer, event: intent.event, into: &writer)
            writer.condition("vs = :version")
            writer.object("ExpressionAttributeValues") {
                $0.number(":version", Int64(truncatingIfNeeded: version))
            }
        default: preconditionFailure("this action puts nothing")
        }
    }

    private func writeIntentChange(into writer: inout JSONWriter) {
        switch self {
        case .claimIntent(let id):
            writer.key(ItemKey.intent(id))
            // It stays in the index: an intent that is claimed is still open.
            writer.member("UpdateExpression", "SET st = :to" as StaticString)
            writer.condition("st = :from")
            writer.object("ExpressionAttributeValues") { writer in
                writer.word(":from", "pending")
                writer.word(":to", "claimed")
            }
        case .endIntent(let ended, let from):
            writer.key(ItemKey.intent(ended.id))
            // A confirmed intent is kept for ever, the others until nobody asks for them any more.
            writer.member(
                "UpdateExpression",
                ended.order == nil
                    ? "SET st = :to, en = :end, purgeAfter = :purge REMOVE openShard, openSince"
                    : "SET st = :to, en = :end, #order = :order REMOVE openShard, openSince" as StaticString)
            writer.condition("st = :from")
            if ended.order != nil {
                writer.object("ExpressionAttributeNames") { $0.member("#order", "or" as StaticString) }
            }
            let endedAt = ended.endedAt ?? .epoch
            writer.object("ExpressionAttributeValues") { writer in
                writer.string(":from", from.rawValue)
                writer.string(":to", ended.state.rawValue)
                writer.moment(":end", endedAt)
                if let order = ended.order {
                    writer.string(":order", order.text)
                } else {
                    writer.number(":purge", endedAt.msSinceEpoch / 1000 + IntentItem.keptSeconds)
                }
            }
        default: preconditionFailure("this action changes no intent")
        }
    }

    /// The owner stands in every condition: whoever lost the seat in between is refused.
    private func writeSeatChange(into writer: inout JSONWriter) {
        switch self {
        case .claimSeat(let seat, let intent):
            writer.key(ItemKey.seats(seat.section, of: intent.event), seat.id.text)
            writer.member("UpdateExpression", "SET st = :to REMOVE he, purgeAfter" as StaticString)
            writer.condition("ow = :owner AND st = :from")
            writer.object("ExpressionAttributeValues") { writer in
                writer.string(":owner", intent.id.text)
                writer.word(":from", "held")
                writer.word(":to", "selling")
            }
        case .sellSeat(let seat, let intent, let order):
            writer.key(ItemKey.seats(seat.section, of: intent.event), seat.id.text)
            writer.member("UpdateExpression", "SET st = :to, #order = :order" as StaticString)
            writer.condition("ow = :owner AND st = :from")
            writer.object("ExpressionAttributeNames") { $0.member("#order", "or" as StaticString) }
            writer.object("ExpressionAttributeValues") { writer in
                writer.string(":owner", intent.id.text)
                writer.word(":from", "selling")
                writer.word(":to", "sold")
                writer.string(":order", order.text)
            }
        case .freeSeat(let seat, let intent):
            writer.key(ItemKey.seats(seat.section, of: intent.event), seat.id.text)
            writer.condition("ow = :owner AND st <> :sold")
            writer.object("ExpressionAttributeValues") { writer in
                writer.string(":owner", intent.id.text)
                writer.word(":sold", "sold")
            }
        default: preconditionFailure("this action changes no seat")
        }
    }

    private func writeTallyChange(into writer: inout JSONWriter) {
        switch self {
        case .keepInTally(let intent):
            writer.key(ItemKey.tally(intent.buyer, of: intent.event))
            writer.member(
                "UpdateExpression", "SET es.#intent = :entry REMOVE purgeAfter ADD vs :one" as StaticString)
            writer.condition("attribute_exists(es.#intent)")
            writer.object("ExpressionAttributeNames") { $0.member("#intent", intent.id.text) }
            let entry = BuyerTally.Entry(seatCount: intent.seats.count, duration: .permanent)
            writer.object("ExpressionAttributeValues") { writer in
                writer.string(":entry", TallyItem.text(entry))
                writer.number(":one", 1)
            }
        case .dropFromTally(let intent):
            writer.key(ItemKey.tally(intent.buyer, of: intent.event))
            writer.member("UpdateExpression", "REMOVE es.#intent ADD vs :one" as StaticString)
            writer.condition("attribute_exists(es.#intent)")
            writer.object("ExpressionAttributeNames") { $0.member("#intent", intent.id.text) }
            writer.object("ExpressionAttributeValues") { $0.number(":one", 1) }
        default: preconditionFailure("this action changes no tally")
        }
    }
}
