import Telemetry
import Ticketing

/// One request to buy, on its way through the desk.
struct Purchase {
    let request: PurchaseRequest
    let buyer: BuyerID
    let id: IntentID
    let fingerprint: IdempotencyFingerprint
    /// When it came, by the clock and in the order of events of this process.
    let arrivedAt: Ticketing.Timestamp
    let arrival: TakenSeats.Mark
    /// How long it waits for others before the ledger is asked, and as long again after that.
    let maxWaitMs: Int64
    let context: LogContext

    var deadline: Ticketing.Timestamp { arrivedAt.adding(ms: maxWaitMs) }
    var queueDeadline: Ticketing.Timestamp { arrivedAt.adding(ms: 2 * maxWaitMs) }
}

/// What became of it, with the bytes of the first answer.
enum PurchaseOutcome {
    case opened(IntentID, [UInt8])
    case replayed(IntentID, [UInt8])
}
