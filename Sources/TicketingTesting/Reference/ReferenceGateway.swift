import Ticketing

/// A payment gateway in memory that counts what it did. `tok_declined` is declined, every other token pays.
package final class ReferenceGateway: PaymentGateway {
    private enum Account {
        case captured(Money, reference: String)
        case declined
        case reversed(ReversalOutcome)
    }

    private struct State {
        var accounts: [Attempt: Account] = [:]
        var captureCounts: [Attempt: Int] = [:]
        var refundCounts: [Attempt: Int] = [:]
    }

    private let state = SharedState(State())

    package init() {}

    package func captureCount(of attempt: Attempt) -> Int {
        state.withLock { $0.captureCounts[attempt] ?? 0 }
    }

    package func refundCount(of attempt: Attempt) -> Int { state.withLock { $0.refundCounts[attempt] ?? 0 } }

    package func charge(_ charge: Charge) async throws(PortError) -> ChargeOutcome {
        state.withLock { state in
            switch state.accounts[charge.attempt] {
            case .captured(_, let reference): return .captured(reference: reference)
            case .declined: return .declined(reason: "the card was declined")
            case .reversed: return .reversed
            case nil: break
            }
            guard charge.payment.token != "tok_declined" else {
                state.accounts[charge.attempt] = .declined
                return .declined(reason: "the card was declined")
            }
            let reference = "capture-\(charge.attempt)"
            state.accounts[charge.attempt] = .captured(charge.amount, reference: reference)
            state.captureCounts[charge.attempt, default: 0] += 1
            return .captured(reference: reference)
        }
    }

    package func reverse(_ attempt: Attempt) async throws(PortError) -> ReversalOutcome {
        state.withLock { state in
            let outcome: ReversalOutcome
            switch state.accounts[attempt] {
            case .reversed(let earlier): return earlier
            case .captured(let amount, _):
                outcome = .refunded(amount)
                state.refundCounts[attempt, default: 0] += 1
            case .declined, nil: outcome = .voided
            }
            state.accounts[attempt] = .reversed(outcome)
            return outcome
        }
    }
}
