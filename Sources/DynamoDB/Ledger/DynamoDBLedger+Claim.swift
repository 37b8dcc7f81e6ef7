import Ticketing

extension DynamoDBLedger {
    package func claim(_ id: IntentID, now: Timestamp) async throws(PortError) -> ClaimOutcome {
        var contention = Contention(table.calls)
        guard var intent = try await intent(id) else { return .unknown }
        while true {
            switch intent.state {
            case .claimed: return .alreadyClaimed(intent)
            case .confirmed, .declined, .cancelled, .expired: return .alreadyFinal(intent)
            case .pending: break
            }
            let pending = intent
            let actions =
                [TransactAction.claimIntent(id)] + pending.seats.map { .claimSeat($0, pending) }
                + [.keepInTally(pending)]
            let outcome = try await table.transact(
                actions, token: table.newToken(), doing: "claiming intent \(id)")
            guard case .cancelled(let reasons) = outcome else { return .claimed(try pending.claimed()) }
            if reasons.failed(0) {
                guard let stored = reasons.found(0) else { return .unknown }
                intent = try IntentItem.intent(in: stored)
            } else if reasons.isBusy {
                // What is lost cannot come back, but which seats are still its own is only known without conflicts.
                try await contention.pause(after: reasons, "claiming intent \(id)")
            } else {
                var expired = pending
                try expired.step { intent throws(IntentTransitionError) in try intent.expire(now: now) }
                switch try await end(pending, as: expired, sparing: reasons, &contention) {
                case .done: return .expired(expired)
                case .overtaken(let stored): intent = stored
                case .vanished: return .unknown
                }
            }
        }
    }
}

extension PaymentIntent {
    fileprivate func claimed() throws(PortError) -> PaymentIntent {
        var copy = self
        try copy.step { intent throws(IntentTransitionError) in try intent.claim() }
        return copy
    }

    /// The states were compared before: a step that is refused now is a mistake of ours.
    mutating func step(
        _ change: (inout PaymentIntent) throws(IntentTransitionError) -> Void
    ) throws(PortError) {
        do throws(IntentTransitionError) {
            try change(&self)
        } catch {
            throw PortError(.corrupt, "intent \(id)", cause: error)
        }
    }
}
