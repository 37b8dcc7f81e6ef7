/// A message that workers have given up, waiting for an operator.
package struct DeadLetter: Hashable, Sendable {
    /// The intent's id, or the queue's id of a message that names none. There is one letter to a key.
    package let key: String
    package let message: OrderMessage
    /// Unknown when the message could not be read.
    package let event: EventID?
    /// Of the last failure.
    package let kind: FailureKind
    package let reason: String
    package let failureCount: Int
    package let diedAt: Timestamp
    /// How often it was sent back to work.
    package let redriveCount: Int

    package init(
        key: String, message: OrderMessage, event: EventID?, kind: FailureKind, reason: String,
        failureCount: Int, diedAt: Timestamp, redriveCount: Int
    ) {
        self.key = key
        self.message = message
        self.event = event
        self.kind = kind
        self.reason = reason
        self.failureCount = failureCount
        self.diedAt = diedAt
        self.redriveCount = redriveCount
    }
}
