/// Money. Every call is keyed by the attempt, so each may be repeated after a crash or a lost answer.
///
/// Errors: `unavailable` and `throttled` are about the gateway, `failed` and `rejected` about this payment,
/// `unknownOutcome` means that the effect may have happened and the same call tells.
package protocol PaymentGateway: Sendable {
    /// Authorizes and captures, at most once for an attempt. Asked again it gives the same answer; after
    /// `reverse` it gives `reversed` and takes nothing.
    func charge(_ charge: Charge) async throws(PortError) -> ChargeOutcome

    /// Voids what is authorized, refunds what is captured, and bars the attempt for ever, even when the
    /// gateway has not heard of it yet. Asked again it gives the same answer and pays nothing twice.
    func reverse(_ attempt: Attempt) async throws(PortError) -> ReversalOutcome
}
