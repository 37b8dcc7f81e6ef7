import HTTP
import JSON
import Ticketing

/// The refusals of this service, as the contract names them.
extension Problem {
    static let tokenRequired = Problem(
        "token-required", .unauthorized, title: "A buyer's token is needed",
        detail: "Send the buyer's token as `Authorization: Bearer TOKEN`.",
        headers: [Header("WWW-Authenticate", "Bearer realm=\"ticket\"")])

    static func tokenInvalid(_ detail: String) -> Problem {
        Problem(
            "token-invalid", .unauthorized, title: "The token is not accepted", detail: detail,
            headers: [Header("WWW-Authenticate", "Bearer realm=\"ticket\", error=\"invalid_token\"")])
    }

    static let guestsOff = Problem(
        "guests-off", .init(403), title: "Guest tokens are not given here",
        detail: "Get a token from the seller you have an account with.")

    /// Nobody is kept waiting for longer than five seconds: a client that has to wait is better off asking
    /// twice.
    static func rateLimited(delayMs: Int64) -> Problem {
        let seconds = min(5, max(1, (delayMs + 999) / 1000))
        return Problem(
            "rate-limited", .tooManyRequests, title: "Too many requests",
            detail: "Wait as long as Retry-After says before the next request.",
            headers: [Header("Retry-After", String(seconds))])
    }

    static let idempotencyKeyMissing = Problem(
        "idempotency-key-missing", .badRequest, title: "There is no idempotency key",
        detail: "Send an Idempotency-Key of your own choice and the same one with every retry.")

    static func idempotencyKeyInvalid(_ detail: String) -> Problem {
        Problem(
            "idempotency-key-invalid", .badRequest, title: "The idempotency key is not valid", detail: detail)
    }

    static let idempotencyKeyReused = Problem(
        "idempotency-key-reused", .unprocessable, title: "The key was used for another request",
        detail: "Nothing was done; send this request with a key of its own.")

    /// The place as RFC 6901 writes it, and what would be right there.
    static func invalidBody(_ error: JSONError) -> Problem {
        let place = error.pointer.isEmpty ? "The body" : error.pointer
        return .invalidRequest("\(place) \(error.message).", pointer: error.pointer)
    }

    static func eventUnknown(_ event: EventID) -> Problem {
        Problem(
            "event-unknown", .notFound, title: "There is no such event",
            detail: "No event is called \(event); see /public/events.")
    }

    static let intentUnknown = Problem(
        "intent-unknown", .notFound, title: "There is no such payment intent",
        detail: "Check the id, and that the token is that of the buyer who made the intent.")

    static func notCancellable(_ status: IntentStatus) -> Problem {
        let detail =
            status == .pending
            ? "The payment is being made; wait for its outcome." : "The intent is \(status.rawValue) already."
        return Problem(
            "intent-not-cancellable", .conflict, title: "The intent cannot be cancelled any more",
            detail: detail, members: [Member("intentStatus", status.rawValue)])
    }

    static func seatUnknown(_ seats: [SeatID]) -> Problem {
        Problem(
            "seat-unknown", .badRequest, title: "The event does not have these seats",
            detail: "Choose seats from the event's map.",
            members: [conflicts(seats.map { ($0, "unknown") })])
    }

    static func tooManySeats(limit: Int) -> Problem {
        Problem(
            "too-many-seats", .badRequest, title: "These are more seats than one intent may have",
            detail: "Choose at most \(limit).", members: [Member("limit", limit)])
    }

    static let amountTooLarge = Problem.invalidRequest(
        "/seats cost more together than one payment may be; choose fewer.", pointer: "/seats")

    /// What the ledger, or what is known before asking it, has against a purchase.
    init(_ refusal: Refusal) {
        switch refusal {
        case .eventUnknown(let event): self = .eventUnknown(event)
        case .noSeats:
            self = .invalidRequest("/seats must name at least one seat.", pointer: "/seats")
        case .seatRepeated(let seat):
            self = .invalidRequest("/seats must name \(seat) once.", pointer: "/seats")
        case .seatUnknown(let seats): self = .seatUnknown(seats)
        case .tooManySeats(let limit): self = .tooManySeats(limit: limit)
        case .saleNotOpenYet(let opensAt):
            self = .saleNotOpen("The sale opens at \(opensAt); try again then.", "opensAt", opensAt)
        case .saleClosed(let closedAt):
            self = .saleNotOpen("The sale ended at \(closedAt).", "closedAt", closedAt)
        case .buyerLimitExceeded(let limit, let held):
            self.init(
                "buyer-limit-exceeded", .conflict, title: "These are more seats than one buyer may have",
                detail: "A buyer may have \(limit) seats of this event and has \(held); choose fewer.",
                members: [Member("limit", limit), Member("held", held)])
        case .seatUnavailable(let conflicts):
            self.init(
                "seat-unavailable", .conflict, title: "Some of these seats are not free",
                detail: "Choose others in place of those listed.",
                members: [Self.conflicts(conflicts.map { ($0.seat, $0.availability.description) })])
        }
    }

    private static func saleNotOpen(_ detail: String, _ member: StaticString, _ moment: Timestamp) -> Problem
    {
        Problem(
            "sale-not-open", .init(403), title: "The event is not on sale now", detail: detail,
            members: [Member(member, moment.text)])
    }

    private static func conflicts(_ conflicts: [(seat: SeatID, state: String)]) -> Member {
        var writer = JSONWriter(capacity: 16 + 48 * conflicts.count)
        writer.array { writer in
            for conflict in conflicts {
                writer.object { writer in
                    writer.member("seat", conflict.seat.text)
                    writer.member("state", conflict.state)
                }
            }
        }
        return Member("conflicts", json: writer.bytes)
    }
}
