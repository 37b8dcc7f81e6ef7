import Ticketing

/// What the sandbox knows of one attempt. A pure value: every step gives the answer and changes nothing else.
///
/// Captures and refunds are counted where they happen and not told from the state, so that a second capture
/// would show.
package struct SandboxAccount: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// Tried, and nothing came of it yet.
        case open
        case captured(Money)
        case declined(DeclineReason)
        case reversed(ReversalOutcome)
    }

    package enum DeclineReason: UInt8, Hashable, Sendable {
        case card = 0
        case unknownToken = 1

        var text: String {
            switch self {
            case .card: "the card was declined"
            case .unknownToken: "the sandbox does not know this token"
            }
        }
    }

    /// The gateway's side of a charge, before it becomes an outcome or an error.
    enum Answer: Hashable, Sendable {
        case outcome(ChargeOutcome)
        case failed
        /// The money is taken and nobody is told.
        case lost
        /// The attempt was captured for another amount.
        case otherAmount
    }

    package internal(set) var state: State = .open
    package internal(set) var failureCount = 0
    package internal(set) var captureCount = 0
    package internal(set) var refundCount = 0

    package init() {}

    mutating func charge(_ charge: Charge) -> Answer {
        switch state {
        case .captured(let amount):
            return amount == charge.amount ? .outcome(captured(charge.attempt)) : .otherAmount
        case .declined(let reason): return .outcome(.declined(reason: reason.text))
        case .reversed: return .outcome(.reversed)
        case .open: return firstCharge(charge)
        }
    }

    private mutating func firstCharge(_ charge: Charge) -> Answer {
        switch SandboxToken(rawValue: charge.payment.token) {
        case .ok, .slow: return capture(charge)
        case .retry where failureCount >= SandboxToken.failuresOfRetry: return capture(charge)
        case .unknown:
            _ = capture(charge)
            return .lost
        case .retry, .broken:
            failureCount += 1
            return .failed
        case .declined:
            state = .declined(.card)
            return .outcome(.declined(reason: DeclineReason.card.text))
        case nil:
            state = .declined(.unknownToken)
            return .outcome(.declined(reason: DeclineReason.unknownToken.text))
        }
    }

    private mutating func capture(_ charge: Charge) -> Answer {
        state = .captured(charge.amount)
        captureCount += 1
        return .outcome(captured(charge.attempt))
    }

    /// For ever: an attempt that was never heard of is barred as well.
    mutating func reverse() -> ReversalOutcome {
        switch state {
        case .reversed(let earlier): return earlier
        case .captured(let amount):
            refundCount += 1
            state = .reversed(.refunded(amount))
            return .refunded(amount)
        case .open, .declined:
            state = .reversed(.voided)
            return .voided
        }
    }

    /// Derived, so that every answer about the attempt names the same capture.
    private func captured(_ attempt: Attempt) -> ChargeOutcome { .captured(reference: "sandbox-\(attempt)") }
}
