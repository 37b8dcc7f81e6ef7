/// A message that is this worker's until its visibility ends.
package struct ReceivedMessage: Hashable, Sendable {
    /// The queue's own name for the message: the same at every receive.
    package let id: String
    package let message: OrderMessage
    package let group: String
    package let receipt: ReceiptHandle
    /// 1 at the first receive. A release counts too: it is no count of failures.
    package let receiveCount: Int
    package let sentAt: Timestamp

    package init(
        id: String, message: OrderMessage, group: String, receipt: ReceiptHandle, receiveCount: Int,
        sentAt: Timestamp
    ) {
        self.id = id
        self.message = message
        self.group = group
        self.receipt = receipt
        self.receiveCount = receiveCount
        self.sentAt = sentAt
    }
}
