/// Where the work on a message failed. Failures are counted by kind, so that an operator sees what to mend
/// before redriving.
package enum FailureKind: String, Hashable, Sendable, CaseIterable {
    /// The gateway's answer about this one payment; a gateway that is down is no failure of the message.
    case payment
    case ledger
    case orderBook = "order-book"
    /// The order's seats have another live ticket: the third wall held, and somebody must look why it was
    /// reached.
    case seatConflict = "seat-conflict"
    case unreadableMessage = "unreadable-message"
    case unknownIntent = "unknown-intent"
    /// The queue's backstop, with no failure of ours written down: workers died on it.
    case receivedTooOften = "received-too-often"
    case `internal`
}
