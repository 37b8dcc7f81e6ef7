/// What a reversal found.
package enum ReversalOutcome: Hashable, Sendable {
    /// Nothing had been captured, and nothing will be.
    case voided
    /// The captured amount goes back to the buyer, once.
    case refunded(Money)
}
