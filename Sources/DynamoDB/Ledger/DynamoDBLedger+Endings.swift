import Ticketing

/// How an intent ends: settled by a worker, or cancelled by its buyer.
extension DynamoDBLedger {
    package func settle(
        _ id: IntentID, as settlement: Settlement, now: Timestamp
    ) async throws(PortError) -> SettleOutcome {
        var contention = Contention(table.calls)
        guard var intent = try await intent(id) else { return .unknown }
        while true {
            guard !intent.state.isFinal else { return .alreadyFinal(intent) }
            guard intent.state == .claimed else { return .notClaimed(intent) }
            let claimed = intent
            var ended = claimed
            try ended.step { intent throws(IntentTransitionError) in
                switch settlement {
                case .confirmed(let order): try intent.confirm(order: order, now: now)
                case .declined: try intent.decline(now: now)
                case .expired: try intent.expire(now: now)
                }
            }
            let ending: Ending
            if case .confirmed(let order) = settlement {
                switch try await sell(claimed, as: ended, order, &contention) {
                case .sold: return .settled(ended)
                case .lost(let seats): return .seatsLost(seats)
                case .not(let other): ending = other
                }
            } else {
                ending = try await end(claimed, as: ended, sparing: [], &contention)
            }
            switch ending {
            case .done: return .settled(ended)
            case .overtaken(let stored): intent = stored
            case .vanished: return .unknown
            }
        }
    }

    package func cancel(
        _ id: IntentID, buyer: BuyerID, now: Timestamp
    ) async throws(PortError) -> CancelOutcome {
        var contention = Contention(table.calls)
        guard var intent = try await intent(id), intent.buyer == buyer else { return .unknown }
        while true {
            switch intent.state {
            case .cancelled: return .cancelled(intent)
            case .claimed, .confirmed, .declined, .expired: return .notCancellable(intent)
            case .pending: break
            }
            var cancelled = intent
            try cancelled.step { intent throws(IntentTransitionError) in try intent.cancel(now: now) }
            switch try await end(intent, as: cancelled, sparing: [], &contention) {
            case .done: return .cancelled(cancelled)
            case .overtaken(let stored): intent = stored
            case .vanished: return .unknown
            }
        }
    }

    // MARK: Parts

    enum Ending {
        case done
        /// Somebody else moved the intent on. Nothing was written.
        case overtaken(PaymentIntent)
        case vanished
    }

    private enum Sale {
        case sold
        case lost([SeatID])
        case not(Ending)
    }

    private func sell(
        _ claimed: PaymentIntent, as ended: PaymentIntent, _ order: OrderNumber,
        _ contention: inout Contention
    ) async throws(PortError) -> Sale {
        let actions =
            [TransactAction.endIntent(ended, from: .claimed)]
            + claimed.seats.map { .sellSeat($0, claimed, order) }
        while true {
            let outcome = try await table.transact(
                actions, token: table.newToken(), doing: "confirming intent \(claimed.id)")
            guard case .cancelled(let reasons) = outcome else { return .sold }
            if reasons.failed(0) { return .not(try overtaken(reasons)) }
            guard reasons.isBusy else {
                return .lost(
                    claimed.seats.enumerated().filter { reasons.failed($0.offset + 1) }.map(\.element.id))
            }
            try await contention.pause(after: reasons, "confirming intent \(claimed.id)")
        }
    }

    /// Ends the intent without an order: what it still owns is freed, its tally entry goes. `reasons` are those of an
    /// earlier transaction over the same intent, seats and tally: what was lost then is lost.
    func end(
        _ intent: PaymentIntent, as ended: PaymentIntent, sparing reasons: [TransactOutcome.Reason],
        _ contention: inout Contention
    ) async throws(PortError) -> Ending {
        let tallyPlace = intent.seats.count + 1
        var isLost = (0...tallyPlace).map { reasons.failed($0) }
        while true {
            // Places in `isLost` of the actions that are left.
            var places = [0]
            var actions: [TransactAction] = [.endIntent(ended, from: intent.state)]
            for (index, seat) in intent.seats.enumerated() where !isLost[index + 1] {
                places.append(index + 1)
                actions.append(.freeSeat(seat, intent))
            }
            if !isLost[tallyPlace] {
                places.append(tallyPlace)
                actions.append(.dropFromTally(intent))
            }
            let outcome = try await table.transact(
                actions, token: table.newToken(), doing: "ending intent \(intent.id)")
            guard case .cancelled(let reasons) = outcome else { return .done }
            if reasons.failed(0) { return try overtaken(reasons) }
            let newlyLost = places.indices.filter { reasons.failed($0) }.map { places[$0] }
            for place in newlyLost { isLost[place] = true }
            if newlyLost.isEmpty || reasons.isBusy {
                try await contention.pause(after: reasons, "ending intent \(intent.id)")
            }
        }
    }

    private func overtaken(_ reasons: [TransactOutcome.Reason]) throws(PortError) -> Ending {
        guard let stored = reasons.found(0) else { return .vanished }
        return .overtaken(try IntentItem.intent(in: stored))
    }
}
