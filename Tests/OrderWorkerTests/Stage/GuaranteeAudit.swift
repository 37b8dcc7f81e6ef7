import Ticketing
import TicketingTesting

/// Looks at everything a sale left behind and names each guarantee of the design that does not hold.
struct GuaranteeAudit {
    private(set) var violations: [String] = []

    /// `deadKeys` are the intents that may be open because they wait for an operator.
    init(_ stage: Stage, deadKeys: Set<String> = []) async throws {
        let inventory = stage.ledger.snapshot
        let locks = inventory.locks(of: stage.hall.event)
        let intents = inventory.allIntents.sorted { $0.id < $1.id }
        violations = SaleAudit(
            map: stage.hall.listing.map, locks: locks, intents: intents, now: stage.clock.now()
        ).violations.map { "no-dead-seat: \($0)" }

        for intent in intents { try await audit(intent, stage, mayBeOpen: deadKeys.contains(intent.id.text)) }

        let soldSeats = locks.count { if case .sold = $0.state { true } else { false } }
        let liveTickets = try await stage.orderBook.liveTicketCount(of: stage.hall.event)
        if soldSeats != liveTickets {
            violations.append("no-double-sale: \(soldSeats) seats sold, \(liveTickets) live tickets")
        }
        if try await stage.orderBook.oversoldSeatCount(of: stage.hall.event) != 0 {
            violations.append("no-double-sale: a seat has two live tickets")
        }
        let stats = try await stage.queue.stats()
        if stats.visible + stats.inFlight + stats.dead != 0 {
            violations.append("no-lost-intent: messages are left: \(stats)")
        }
        let letters = try await stage.deadLetters.letters(.all, after: nil, limit: 100).map(\.key)
        if Set(letters) != deadKeys { violations.append("dead letters: \(letters), not \(deadKeys)") }
        let alarms = stage.logLines.filter { $0.contains("ALARM") }
        if !alarms.isEmpty { violations.append("alarms rang: \(alarms)") }
    }

    private mutating func audit(
        _ intent: PaymentIntent, _ stage: Stage, mayBeOpen: Bool
    ) async throws {
        if !intent.state.isFinal, !mayBeOpen {
            violations.append("no-lost-intent: \(intent.id) is still \(intent.state)")
        }
        let captured = stage.gateway.accounts.captureCount(of: intent.attempt)
        let refunded = stage.gateway.accounts.refundCount(of: intent.attempt)
        let order = try await stage.orderBook.order(for: intent.id)
        let outcome = try await stage.orderBook.outcome(of: intent.attempt)
        if captured > 1 { violations.append("one-charge: \(intent.id) was captured \(captured) times") }
        if intent.state == .confirmed {
            if order?.number != intent.order || order == nil {
                violations.append("no-lost-intent: \(intent.id) is confirmed without its order")
            }
            if captured - refunded != 1 {
                violations.append("one-charge: \(intent.id) has an order and \(captured - refunded) payments")
            }
        } else {
            if order != nil { violations.append("\(intent.id) is \(intent.state) and has an order") }
            if captured != refunded, intent.state.isFinal {
                violations.append("one-charge: \(intent.id) is \(intent.state) and was charged")
            }
        }
        if let outcome, intent.state.isFinal, outcome.rawValue != intent.state.rawValue {
            violations.append("\(intent.id) is \(intent.state), but the inbox says \(outcome)")
        }
    }
}
