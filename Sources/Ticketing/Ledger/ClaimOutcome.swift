/// What a worker found when it claimed an intent.
package enum ClaimOutcome: Hashable, Sendable {
    /// It is this worker's to bring to an end; so it is every other worker's that claims it again.
    case claimed(PaymentIntent)
    /// Claimed before, by a worker that may have crashed: go on from where gateway and inbox say it stands.
    case alreadyClaimed(PaymentIntent)
    /// Its seats or its place in the buyer's tally were lost after its hold ended. It is expired now, and
    /// what it still owned is free. Nobody pays.
    case expired(PaymentIntent)
    /// It has ended before.
    case alreadyFinal(PaymentIntent)
    case unknown
}
