/// Why an intent is not opened. Nothing has been written, and the same key may succeed later.
package enum Refusal: Error, Hashable, Sendable {
    case eventUnknown(EventID)
    case noSeats
    case seatRepeated(SeatID)
    case seatUnknown([SeatID])
    case tooManySeats(limit: Int)
    case saleNotOpenYet(opensAt: Timestamp)
    case saleClosed(closedAt: Timestamp)
    /// `held` is what the buyer has of this event without the refused intent.
    case buyerLimitExceeded(limit: Int, held: Int)
    /// Every seat of the request that stands in the way, in the buyer's order.
    case seatUnavailable([SeatConflict])

    /// The name in the HTTP contract's list of problems.
    package var problemName: String {
        switch self {
        case .eventUnknown: "event-unknown"
        case .noSeats, .seatRepeated: "invalid-request"
        case .seatUnknown: "seat-unknown"
        case .tooManySeats: "too-many-seats"
        case .saleNotOpenYet, .saleClosed: "sale-not-open"
        case .buyerLimitExceeded: "buyer-limit-exceeded"
        case .seatUnavailable: "seat-unavailable"
        }
    }
}
