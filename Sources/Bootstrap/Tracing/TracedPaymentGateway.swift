import Ticketing

/// A payment gateway whose calls are seen in traces.
struct TracedPaymentGateway: PaymentGateway {
    let base: any PaymentGateway

    func charge(_ charge: Charge) async throws(PortError) -> ChargeOutcome {
        try await traced("payments", "charge") { () async throws(PortError) in try await base.charge(charge) }
    }

    func reverse(_ attempt: Attempt) async throws(PortError) -> ReversalOutcome {
        try await traced("payments", "reverse") { () async throws(PortError) in
            try await base.reverse(attempt)
        }
    }
}
