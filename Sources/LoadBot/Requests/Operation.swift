/// One kind of request. The order is that of reports.
package enum Operation: Int, CaseIterable, Sendable {
    case event, map, availability, seats
    case intent, replay, seatConflict, keyConflict, cancel
    case probe

    package var name: String {
        switch self {
        case .event: "event"
        case .map: "map"
        case .availability: "availability"
        case .seats: "seats"
        case .intent: "payment-intent"
        case .replay: "payment-intent again"
        case .seatConflict: "payment-intent for a taken seat"
        case .keyConflict: "payment-intent with a used key"
        case .cancel: "cancel"
        case .probe: "probe message"
        }
    }

    /// A refusal is an answer in order: it says what the buyer has to know, and it counts as held load.
    package func grade(status: Int) -> Grade {
        switch (self, status) {
        case (_, 500...599): .failed
        case (_, 429): .refused
        case (.event, 200), (.map, 200), (.availability, 200), (.seats, 200): .good
        case (.intent, 201), (.replay, 200), (.keyConflict, 422), (.cancel, 200), (.probe, 200): .good
        // Somebody may have cancelled it in the meantime.
        case (.seatConflict, 409), (.seatConflict, 201): .good
        // Sold out, beyond the buyer's limit, after the sale; or the worker had claimed it already.
        case (.intent, 409), (.intent, 403), (.cancel, 409): .refused
        // A seat that was just seen taken by another, which may be said before the key is looked up: one more than before,
        // or one of a purchase that was cancelled.
        case (.keyConflict, 409), (.replay, 409): .refused
        default: .unexpected
        }
    }
}

/// How an answer is counted.
package enum Grade: Int, CaseIterable, Sendable {
    case good
    case refused
    /// 5xx.
    case failed
    /// Another status than the contract gives for such a request.
    case unexpected
}

/// Why a request has no answer.
package enum Silence: Int, CaseIterable, Sendable {
    case cannotConnect, timedOut, connectionLost, badAnswer, queueFull, other

    package var name: String {
        switch self {
        case .cannotConnect: "cannot connect"
        case .timedOut: "timed out"
        case .connectionLost: "connection lost"
        case .badAnswer: "not HTTP"
        case .queueFull: "no connection free"
        case .other: "not sent"
        }
    }
}
