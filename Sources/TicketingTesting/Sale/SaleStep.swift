import Ticketing

/// One thing that happens to a ledger.
package enum SaleStep: Hashable, Sendable {
    case open(PaymentIntent, seatsPerBuyer: Int)
    case claim(IntentID)
    case settle(IntentID, Settlement)
    case cancel(IntentID, buyer: BuyerID)
    /// Time goes on.
    case wait(ms: Int64)
}
