import JSON
import Telemetry
import Ticketing

/// What became of a letter that an operator wants to end.
package enum AbandonOutcome: Hashable, Sendable {
    /// Declined now, or before by the same wish; paid back what was taken, the seats free.
    case abandoned
    /// The message named no intent: only the letter is gone.
    case letterRemoved
    /// It has come to its end otherwise meanwhile; the letter is gone.
    case alreadyEnded(IntentState)
    /// The inbox says confirmed: the order stands, and a redrive finishes it. Nothing was done.
    case refusedOrderExists
    /// It has no letter and is still open: workers are on it. Nothing was done.
    case refusedNotDead
    case unknown
    /// Nothing is lost: ask again.
    case failed(String)
}

/// What abandoning several did, or which it would look at.
package struct AbandonReport: Hashable, Sendable {
    package let isDryRun: Bool
    package var outcomes: [String: AbandonOutcome] = [:]
    /// In a dry run: the letters that would be abandoned.
    package var keys: [String] = []
}

/// Ending an intent by hand.
extension DeadLetterDesk {
    package func abandon(
        _ selection: DeadLetterSelection, isDryRun: Bool = false
    ) async throws(PortError) -> AbandonReport {
        var report = AbandonReport(isDryRun: isDryRun)
        if case .keys(let keys) = selection, !isDryRun {
            // By key it may be repeated after the letter is gone.
            for key in keys { report.outcomes[key] = await abandon(key) }
            return report
        }
        try await forEachPage(of: selection) { letters async throws(PortError) in
            for letter in letters {
                guard !isDryRun else {
                    report.keys.append(letter.key)
                    continue
                }
                report.outcomes[letter.key] = await abandon(letter.key)
            }
        }
        return report
    }

    package func abandon(_ key: String) async -> AbandonOutcome {
        let outcome: AbandonOutcome
        do throws(PortError) {
            outcome = try await tryToAbandon(key)
        } catch {
            outcome = .failed(error.description)
        }
        ports.logger.info("abandon") { line in
            line.member("key", key)
            line.member("outcome", "\(outcome)")
        }
        return outcome
    }

    private func tryToAbandon(_ key: String) async throws(PortError) -> AbandonOutcome {
        let letter = try await ports.deadLetters.letter(key)
        if let letter, case .intent(let id) = letter.message { return try await end(id, key) }
        if letter != nil {
            _ = try await ports.deadLetters.remove(key)
            return .letterRemoved
        }
        guard let id = try? IntentID(key), let intent = try await ports.ledger.intent(id) else {
            return .unknown
        }
        return intent.state.isFinal ? .alreadyEnded(intent.state) : .refusedNotDead
    }

    /// The same order as a worker's: claim, inbox, money, ledger. The inbox decides between this and a worker
    /// that succeeds at the same moment; whoever comes second follows the first.
    private func end(_ id: IntentID, _ key: String) async throws(PortError) -> AbandonOutcome {
        let intent: PaymentIntent
        switch try await ports.ledger.claim(id, now: ports.clock.now()) {
        case .claimed(let claimed), .alreadyClaimed(let claimed):
            intent = claimed
        case .expired(let ended), .alreadyFinal(let ended):
            _ = try await ports.deadLetters.remove(key)
            return .alreadyEnded(ended.state)
        case .unknown:
            _ = try await ports.deadLetters.remove(key)
            return .letterRemoved
        }
        let decision = Decision(
            attempt: intent.attempt, intent: id, verdict: .declined(reason: "abandoned by an operator"))
        var settlement = Settlement.declined
        switch try await ports.orderBook.decide([decision]).first {
        case .recorded, .alreadyDecided(.declined): break
        case .alreadyDecided(.expired): settlement = .expired
        case .alreadyDecided(.confirmed): return .refusedOrderExists
        case .seatsAlreadySold, nil:
            throw PortError(.corrupt, "the order book did not answer a decline")
        }
        _ = try await ports.gateway.reverse(intent.attempt)
        switch try await ports.ledger.settle(id, as: settlement, now: ports.clock.now()) {
        case .settled(let ended), .alreadyFinal(let ended):
            _ = try await ports.deadLetters.remove(key)
            return ended.state == .declined ? .abandoned : .alreadyEnded(ended.state)
        case .notClaimed, .seatsLost, .unknown:
            throw PortError(.corrupt, "the ledger did not settle \(id), which was claimed a moment ago")
        }
    }
}
