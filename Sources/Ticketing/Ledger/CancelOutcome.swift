/// What became of a buyer's wish to cancel.
package enum CancelOutcome: Hashable, Sendable {
    /// Cancelled, now or before; its seats are free.
    case cancelled(PaymentIntent)
    /// A worker has claimed it, or it has ended otherwise. Nothing was written.
    case notCancellable(PaymentIntent)
    /// No such intent, or another buyer's: the two must look the same.
    case unknown
}
