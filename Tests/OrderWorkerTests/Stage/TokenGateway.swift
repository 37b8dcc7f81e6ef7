import Synchronization
import Ticketing
import TicketingTesting

/// The reference gateway with the sandbox's tokens, on a clock.
final class TokenGateway: PaymentGateway {
    private struct State {
        var tries: [Attempt: Int] = [:]
        var charging = 0
        var maxCharging = 0
    }

    let accounts = ReferenceGateway()
    private let clock: any WallClock
    private let state = Mutex(State())

    init(clock: any WallClock) {
        self.clock = clock
    }

    /// The most charges that were under way at one moment.
    var maxCharging: Int { state.withLock { $0.maxCharging } }

    func charge(_ charge: Charge) async throws(PortError) -> ChargeOutcome {
        let tries = state.withLock { state in
            state.charging += 1
            state.maxCharging = max(state.maxCharging, state.charging)
            state.tries[charge.attempt, default: 0] += 1
            return state.tries[charge.attempt, default: 0]
        }
        defer { state.withLock { $0.charging -= 1 } }
        switch charge.payment.token {
        case "tok_slow": try? await clock.sleep(ms: 2_000)
        case "tok_hangs": try? await clock.sleep(ms: 1_000_000)
        case "tok_retry" where tries <= 2: throw PortError(.failed, "the issuer asks for another try")
        case "tok_broken": throw PortError(.failed, "the token never works")
        case "tok_unknown" where tries == 1:
            _ = try await accounts.charge(charge)
            throw PortError(.unknownOutcome, "the answer was lost")
        default: break
        }
        return try await accounts.charge(charge)
    }

    func reverse(_ attempt: Attempt) async throws(PortError) -> ReversalOutcome {
        try await accounts.reverse(attempt)
    }
}
