/// A worker's proposal how an attempt ends, for the inbox to accept or to answer with an earlier one.
package struct Decision: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        /// The payment is captured: the order and its tickets go in together with the inbox row.
        case confirmed(Order)
        case declined(reason: String)
        case expired(reason: String)
    }

    package let attempt: Attempt
    package let intent: IntentID
    package let verdict: Verdict

    package init(attempt: Attempt, intent: IntentID, verdict: Verdict) {
        self.attempt = attempt
        self.intent = intent
        self.verdict = verdict
    }

    package var outcome: Outcome {
        switch verdict {
        case .confirmed: .confirmed
        case .declined: .declined
        case .expired: .expired
        }
    }
}
