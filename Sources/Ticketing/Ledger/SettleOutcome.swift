/// What became of a settlement.
package enum SettleOutcome: Hashable, Sendable {
    case settled(PaymentIntent)
    /// It has ended before, this way or another. Nothing was written: compare its state.
    case alreadyFinal(PaymentIntent)
    /// Nobody has claimed it, so there is nothing to settle. Nothing was written.
    case notClaimed(PaymentIntent)
    /// It was to be confirmed, but these seats are not being sold by it. Nothing was written: ring the alarm.
    case seatsLost([SeatID])
    case unknown
}
