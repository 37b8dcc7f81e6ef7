/// A message on its way into the queue.
package struct OutgoingMessage: Hashable, Sendable {
    package let message: OrderMessage
    /// Messages of one group are delivered one after the other. A group is one intent, never an event: a
    /// hot event would be served one batch at a time.
    package let group: String
    /// Within five minutes of the first, another message of this group with this id is accepted and dropped.
    package let deduplicationID: String

    package init(_ message: OrderMessage, group: String, deduplicationID: String) {
        self.message = message
        self.group = group
        self.deduplicationID = deduplicationID
    }

    /// `requeueing` tells a redrive or the reconciler's message from the first one, which the queue may still
    /// remember and would swallow it for.
    package init(intent: IntentID, requeueing: Int = 0) {
        message = .intent(intent)
        group = intent.text
        deduplicationID = requeueing == 0 ? intent.text : "\(intent.text).\(requeueing)"
    }
}
