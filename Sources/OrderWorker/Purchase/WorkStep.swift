import Ticketing

/// What `IntentWork` wants next, and what somebody has to be woken for.
package struct WorkStep: Equatable, Sendable {
    package enum Action: Equatable, Sendable {
        case claim(IntentID)
        case readOutcome(Attempt)
        case charge(Charge)
        case decide(PaymentIntent, Proposal)
        case reverse(Attempt)
        case settle(IntentID, Settlement)
        /// Everything the message asks for is durable: delete it.
        case finish(Ending)
        /// This message cannot go on now, for a reason of its own.
        case fail(FailureKind, reason: String)
    }

    package let action: Action
    package let alarm: Alarm?

    init(_ action: Action, alarm: Alarm? = nil) {
        self.action = action
        self.alarm = alarm
    }

    func ringing(_ alarm: Alarm?) -> WorkStep { WorkStep(action, alarm: alarm ?? self.alarm) }
}

/// What a worker proposes to the inbox. The order itself is made when it is written: its codes are signed
/// with a key that pure values do not have.
package enum Proposal: Hashable, Sendable {
    case confirm(paymentReference: String)
    case decline(reason: String)

    var outcome: Outcome {
        switch self {
        case .confirm: .confirmed
        case .decline: .declined
        }
    }
}

/// How the work on a message came to its end.
package enum Ending: Hashable, Sendable {
    case settled(IntentState)
    case alreadyFinal(IntentState)
    /// The claim found seats or tally lost and expired the intent.
    case expired
    case probe
}
