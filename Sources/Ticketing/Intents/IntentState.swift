/// The intent's state machine as it is stored: `pending -> claimed -> confirmed | declined | expired`, and
/// `pending -> cancelled | expired`.
///
/// `claimed -> expired` is the worker's way out when it finds, after a claim, that there is nothing left to
/// sell; the outcome stands in the inbox first, so no second worker confirms meanwhile. A decline needs a
/// claim: nobody has asked for money before. A cancel excludes one: money may be on its way after it.
package enum IntentState: String, Hashable, Sendable, CaseIterable {
    case pending
    case claimed
    case confirmed
    case declined
    case cancelled
    case expired

    package func after(_ step: IntentStep) throws(IntentTransitionError) -> IntentState {
        switch (self, step) {
        case (.pending, .claim): .claimed
        case (.pending, .cancel): .cancelled
        case (.pending, .expire), (.claimed, .expire): .expired
        case (.claimed, .confirm): .confirmed
        case (.claimed, .decline): .declined
        default: throw IntentTransitionError(step: step, from: self)
        }
    }

    package var isFinal: Bool {
        switch self {
        case .pending, .claimed: false
        case .confirmed, .declined, .cancelled, .expired: true
        }
    }

    package var status: IntentStatus {
        switch self {
        case .pending, .claimed: .pending
        case .confirmed: .confirmed
        case .declined: .declined
        case .cancelled: .cancelled
        case .expired: .expired
        }
    }
}
