/// The gateway's answer to a charge.
package enum ChargeOutcome: Hashable, Sendable {
    /// Captured, now or before. The reference is the gateway's name for it.
    case captured(reference: String)
    case declined(reason: String)
    /// The attempt was reversed before, so it is never captured.
    case reversed
}
