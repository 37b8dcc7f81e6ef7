import Ticketing

/// What one message about an intent asks for, step by step: answers go in, the next action comes out.
///
/// It holds the order of effects. Money moves only after the claim. The inbox decides before the ledger is
/// settled, and the message is finished last, so a crash between any two leaves work that the next worker
/// finds and repeats without a second effect.
package struct IntentWork: Equatable, Sendable {
    /// What is known of the buyer's money when the inbox answers.
    private enum Money: Equatable, Sendable {
        case captured
        case notTaken
        /// An earlier worker may have taken it.
        case unknown
    }

    private enum State: Equatable, Sendable {
        case new
        case claiming
        case readingOutcome
        case charging
        case deciding(Proposal, Money)
        /// The settlement that follows; nil when the intent has ended already.
        case reversing(then: Settlement?, PaymentIntent)
        case settling(Settlement)
        case ended
    }

    private let id: IntentID
    private var state = State.new
    /// As the claim gave it; later answers about it do not change what the work needs of it.
    package private(set) var intent: PaymentIntent?

    package init(on id: IntentID) {
        self.id = id
    }

    package mutating func begin() -> WorkStep {
        state = .claiming
        return WorkStep(.claim(id))
    }

    package mutating func claimed(_ outcome: ClaimOutcome) -> WorkStep {
        guard state == .claiming else { return unexpected("the claim's answer") }
        switch outcome {
        case .claimed(let intent):
            self.intent = intent
            return charge(intent)
        case .alreadyClaimed(let intent):
            self.intent = intent
            // The inbox first: a buyer whose intent is already declined must not be charged for a moment.
            state = .readingOutcome
            return WorkStep(.readOutcome(intent.attempt))
        case .expired(let intent):
            // Nobody has claimed it before, so nobody has asked for money.
            self.intent = intent
            return finish(.expired)
        case .alreadyFinal(let intent):
            self.intent = intent
            return finished(intent)
        case .unknown:
            return fail(.unknownIntent, "the ledger has no intent \(id)")
        }
    }

    package mutating func outcomeRead(_ outcome: Outcome?) -> WorkStep {
        guard state == .readingOutcome, let intent else { return unexpected("the inbox's outcome") }
        guard let outcome else { return charge(intent) }
        return follow(outcome, money: .unknown, intent)
    }

    package mutating func charged(_ outcome: ChargeOutcome) -> WorkStep {
        guard state == .charging, let intent else { return unexpected("the gateway's answer") }
        switch outcome {
        case .captured(let reference):
            return decide(.confirm(paymentReference: reference), .captured, intent)
        case .declined(let reason):
            return decide(.decline(reason: reason), .notTaken, intent)
        case .reversed:
            // Whoever reversed it has written its outcome first; this one is for the case it has not.
            return decide(.decline(reason: "the payment was reversed"), .notTaken, intent)
        }
    }

    package mutating func decided(_ result: DecisionResult) -> WorkStep {
        guard case .deciding(let proposal, let money) = state, let intent else {
            return unexpected("the inbox's answer")
        }
        switch (result, proposal) {
        case (.recorded, _):
            return follow(proposal.outcome, money: money, intent)
        case (.alreadyDecided(let outcome), _):
            let alarm: Alarm? =
                outcome == .confirmed && money == .notTaken ? .confirmedWithoutPayment(intent.id) : nil
            return follow(outcome, money: money, intent).ringing(alarm)
        case (.seatsAlreadySold(let seats), .confirm):
            // The outcome before the refund: were it the other way round, a second worker could confirm in
            // between and the buyer would have an order that is paid back.
            return decide(.decline(reason: "the seats have another order"), .captured, intent)
                .ringing(.seatsAlreadySold(intent.id, seats))
        case (.seatsAlreadySold, .decline):
            return unexpected("a seat conflict of a decline")
        }
    }

    package mutating func reversed(_: ReversalOutcome) -> WorkStep {
        guard case .reversing(let settlement, let intent) = state else {
            return unexpected("the reversal's answer")
        }
        guard let settlement else { return finish(.alreadyFinal(intent.state)) }
        return settle(settlement)
    }

    package mutating func settled(_ outcome: SettleOutcome) -> WorkStep {
        guard case .settling(let settlement) = state else { return unexpected("the settlement's answer") }
        switch outcome {
        case .settled(let intent):
            return finish(.settled(intent.state))
        case .alreadyFinal(let intent) where intent.state == settlement.state:
            return finish(.alreadyFinal(intent.state))
        case .alreadyFinal(let intent):
            return finish(.alreadyFinal(intent.state))
                .ringing(.endedOtherwise(id, decided: settlement.state, found: intent.state))
        case .notClaimed:
            return fail(.ledger, "the intent was decided, but the ledger shows it as not claimed")
        case .seatsLost(let seats):
            return fail(.ledger, "the order stands, but its seats are not being sold by the intent: \(seats)")
                .ringing(.seatsLost(id, seats))
        case .unknown:
            return fail(.unknownIntent, "the ledger has lost the intent \(id)")
        }
    }

    // MARK: Steps

    private mutating func charge(_ intent: PaymentIntent) -> WorkStep {
        state = .charging
        return WorkStep(
            .charge(
                Charge(
                    attempt: intent.attempt, amount: intent.amount, payment: intent.payment,
                    reference: intent.prospectiveOrder.text)))
    }

    private mutating func decide(_ proposal: Proposal, _ money: Money, _ intent: PaymentIntent) -> WorkStep {
        state = .deciding(proposal, money)
        return WorkStep(.decide(intent, proposal))
    }

    /// The inbox's word, whoever wrote it. Money that may have been taken goes back before the seats do: a
    /// crash in between leaves the intent claimed, so it is found and the reversal asked again.
    private mutating func follow(_ outcome: Outcome, money: Money, _ intent: PaymentIntent) -> WorkStep {
        let settlement: Settlement
        switch outcome {
        case .confirmed: return settle(.confirmed(intent.prospectiveOrder))
        case .declined: settlement = .declined
        case .expired: settlement = .expired
        }
        guard money != .notTaken else { return settle(settlement) }
        state = .reversing(then: settlement, intent)
        return WorkStep(.reverse(intent.attempt))
    }

    private mutating func settle(_ settlement: Settlement) -> WorkStep {
        state = .settling(settlement)
        return WorkStep(.settle(id, settlement))
    }

    /// The message came once more after the end. Confirmed and cancelled ones need nothing; of the others
    /// nothing should be captured, and asking to reverse costs one call and makes sure.
    private mutating func finished(_ intent: PaymentIntent) -> WorkStep {
        switch intent.state {
        case .declined, .expired:
            state = .reversing(then: nil, intent)
            return WorkStep(.reverse(intent.attempt))
        case .pending, .claimed, .confirmed, .cancelled:
            return finish(.alreadyFinal(intent.state))
        }
    }

    private mutating func finish(_ ending: Ending) -> WorkStep {
        state = .ended
        return WorkStep(.finish(ending))
    }

    private mutating func fail(_ kind: FailureKind, _ reason: String) -> WorkStep {
        state = .ended
        return WorkStep(.fail(kind, reason: reason))
    }

    /// A fault of the driver. The message fails instead of the process: a dead letter is seen and loses
    /// nothing.
    private mutating func unexpected(_ answer: String) -> WorkStep {
        fail(.internal, "\(answer) came where none was asked for")
    }
}

extension Settlement {
    fileprivate var state: IntentState {
        switch self {
        case .confirmed: .confirmed
        case .declined: .declined
        case .expired: .expired
        }
    }
}
