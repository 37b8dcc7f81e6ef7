/// Why a seat goes back to free.
package enum SeatRelease: Hashable, Sendable, CaseIterable {
    /// By the buyer, before a worker has claimed the intent.
    case cancelled
    /// By the payment's answer or by an operator, after the claim.
    case declined
    /// By a worker that came too late: before the claim, when another seat or the tally was lost; or after
    /// it.
    case expired
}
