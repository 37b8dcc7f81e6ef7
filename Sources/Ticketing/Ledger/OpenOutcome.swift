/// What became of a drafted intent.
package enum OpenOutcome: Hashable, Sendable {
    /// It stands in the ledger with its seats held. `isQueued` says that its message went into the queue in
    /// the same commit; otherwise the caller sends it before it answers.
    case opened(isQueued: Bool)
    /// The key was used before for the same request: the intent as it is now. Nothing was written.
    /// `isQueued` as above, about the first time.
    case replayed(PaymentIntent, isQueued: Bool)
    /// The key was used before for another request. Nothing was written.
    case keyReused
    /// The buyer's limit or the seats stand in the way. Nothing was written.
    case refused(Refusal)
}
