/// A message of a queue, from the send to the delete.
final class QueueMessage {
    let id: String
    let body: Text
    let bodyMD5: String
    let group: Text
    let dedupID: Text
    /// Its place: rises within the queue.
    let sequence: UInt64
    let sentAtMs: Int64
    /// The queue it came from, for one that was given up.
    let deadLetterSource: Text?
    var receiveCount = 0
    var firstReceivedAtMs: Int64 = 0
    /// When it was received last: twelve hours from there nobody can hold it any longer.
    var receivedAtMs: Int64 = 0
    var isInFlight = false
    /// When it can be seen again, while it is in flight.
    var visibleAtMs: Int64 = 0
    /// Rises with every change of its visibility, so that an alarm set before is known to be stale.
    var visibilityNumber = 0
    /// Which receive the handle must come from.
    var receipt: UInt64 = 0

    init(
        id: String, body: Text, bodyMD5: String, group: Text, dedupID: Text, sequence: UInt64,
        sentAtMs: Int64,
        deadLetterSource: Text? = nil
    ) {
        self.id = id
        self.body = body
        self.bodyMD5 = bodyMD5
        self.group = group
        self.dedupID = dedupID
        self.sequence = sequence
        self.sentAtMs = sentAtMs
        self.deadLetterSource = deadLetterSource
    }
}

/// A message as one receive saw it.
struct ReceivedMessage {
    let message: QueueMessage
    let handle: ReceiptHandle
    let receiveCount: Int
}
