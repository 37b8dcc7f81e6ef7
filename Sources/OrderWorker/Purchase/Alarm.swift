import Ticketing

/// Something that should never happen. It is logged as an error and counted, so that somebody is woken.
package enum Alarm: Hashable, Sendable {
    /// The third wall held: the buyer was refunded. Why did the ledger sell the seats twice?
    case seatsAlreadySold(IntentID, [SeatID])
    /// There is an order, but the seats are not the intent's in the ledger.
    case seatsLost(IntentID, [SeatID])
    /// There is an order, but the gateway says that nothing was or will be taken.
    case confirmedWithoutPayment(IntentID)
    /// Inbox and ledger disagree how the intent ended.
    case endedOtherwise(IntentID, decided: IntentState, found: IntentState)

    /// The label of its metric.
    package var name: String {
        switch self {
        case .seatsAlreadySold: "seats-already-sold"
        case .seatsLost: "seats-lost"
        case .confirmedWithoutPayment: "confirmed-without-payment"
        case .endedOtherwise: "ended-otherwise"
        }
    }

    package static let names = [
        "seats-already-sold", "seats-lost", "confirmed-without-payment", "ended-otherwise",
    ]

    package var intent: IntentID {
        switch self {
        case .seatsAlreadySold(let id, _), .seatsLost(let id, _), .confirmedWithoutPayment(let id),
            .endedOtherwise(let id, _, _):
            id
        }
    }

    package var sentence: String {
        switch self {
        case .seatsAlreadySold(_, let seats):
            "the order book has another live ticket for \(Self.list(seats)): refunded and declined"
        case .seatsLost(_, let seats):
            "the order stands, but the ledger does not sell it \(Self.list(seats))"
        case .confirmedWithoutPayment:
            "the order stands, but the gateway took no payment for it"
        case .endedOtherwise(_, let decided, let found):
            "the inbox says \(decided.rawValue), the ledger \(found.rawValue)"
        }
    }

    private static func list(_ seats: [SeatID]) -> String { seats.map(\.text).joined(separator: ", ") }
}
