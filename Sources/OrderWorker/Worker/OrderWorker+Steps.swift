import JSON
import Telemetry
import Ticketing

/// A message's work on its way through the ports.
struct PerformedWork {
    var work: IntentWork
    var hasRungAlarm = false
}

/// Performing what `IntentWork` asks for, in its order.
extension OrderWorker {
    /// Returns when everything is durable.
    func perform(_ performed: inout PerformedWork, _ hand: HandID) async throws(Setback) {
        var step = performed.work.begin()
        while true {
            if let alarm = step.alarm {
                performed.hasRungAlarm = true
                await ring(alarm)
            }
            switch step.action {
            case .claim(let id):
                step = performed.work.claimed(try await claim(id, hand))
            case .readOutcome(let attempt):
                let outcome = try await ask(.orderBook, hand) { () async throws(PortError) in
                    try await self.ports.orderBook.outcome(of: attempt)
                }
                step = performed.work.outcomeRead(outcome)
            case .charge(let charge):
                step = performed.work.charged(try await self.charge(charge, hand))
            case .decide(let intent, let proposal):
                let decision = try decision(on: intent, proposal)
                let result = try await ask(.orderBook, hand) { () async throws(PortError) in
                    try await self.decide(decision)
                }
                step = performed.work.decided(result)
            case .reverse(let attempt):
                let outcome = try await ask(.payments, hand) { () async throws(PortError) in
                    try await self.ports.gateway.reverse(attempt)
                }
                step = performed.work.reversed(outcome)
            case .settle(let id, let settlement):
                step = performed.work.settled(try await settle(id, as: settlement, hand))
            case .finish(let ending):
                return count(ending, performed.work.intent)
            case .fail(let kind, let reason):
                throw .failed(kind, reason: reason)
            }
        }
    }

    private func claim(_ id: IntentID, _ hand: HandID) async throws(Setback) -> ClaimOutcome {
        guard await claimLine.enter() else { throw .release }
        defer { claimLine.leave() }
        let now = ports.clock.now()
        return try await ask(.ledger, hand) { () async throws(PortError) in
            try await self.ports.ledger.claim(id, now: now)
        }
    }

    private func charge(_ charge: Charge, _ hand: HandID) async throws(Setback) -> ChargeOutcome {
        guard await paymentLine.enter() else { throw .release }
        defer { paymentLine.leave() }
        return try await ask(.payments, hand) { () async throws(PortError) in
            try await self.ports.gateway.charge(charge)
        }
    }

    private func settle(
        _ id: IntentID, as settlement: Settlement, _ hand: HandID
    ) async throws(Setback) -> SettleOutcome {
        guard await settlementLine.enter() else { throw .release }
        defer { settlementLine.leave() }
        let now = ports.clock.now()
        return try await ask(.ledger, hand) { () async throws(PortError) in
            try await self.ports.ledger.settle(id, as: settlement, now: now)
        }
    }

    private func decision(
        on intent: PaymentIntent, _ proposal: Proposal
    ) throws(Setback) -> Decision {
        switch proposal {
        case .decline(let reason):
            return Decision(attempt: intent.attempt, intent: intent.id, verdict: .declined(reason: reason))
        case .confirm(let paymentReference):
            do throws(InvalidValue) {
                let order = try ticketCodes.order(
                    for: intent, paymentReference: paymentReference, now: ports.clock.now())
                return Decision(attempt: intent.attempt, intent: intent.id, verdict: .confirmed(order))
            } catch {
                throw .failed(.internal, reason: "the order cannot be made: \(error)")
            }
        }
    }

    private func count(_ ending: Ending, _ intent: PaymentIntent?) {
        let now = ports.clock.now()
        switch ending {
        case .settled(let state): settled(state)
        case .expired: settled(.expired)
        case .alreadyFinal, .probe: break
        }
        func settled(_ state: IntentState) {
            metrics.countSettled(state, ageMs: intent.map { now.ms(since: $0.createdAt) } ?? 0)
            if state == .confirmed { metrics.seatsSold.add(UInt64(intent?.seats.count ?? 0)) }
            status.countSettled(at: now)
        }
    }

    private func ring(_ alarm: Alarm) async {
        metrics.count(alarm)
        ports.logger.error("ALARM: \(alarm.sentence)") { line in
            line.member("alarm", alarm.name)
            line.member("intent", alarm.intent.text)
        }
        guard case .seatsAlreadySold(let id, _) = alarm else { return }
        // For the operator who looks the intent up. The log has rung already, so losing this loses nothing.
        _ = try? await ports.deadLetters.record(
            Failure(key: id.text, kind: .seatConflict, reason: alarm.sentence, at: ports.clock.now()))
    }
}
