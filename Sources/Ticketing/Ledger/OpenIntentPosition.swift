/// A place in the list of open intents by age, to read on from.
package struct OpenIntentPosition: Hashable, Comparable, Sendable {
    package let createdAt: Timestamp
    package let id: IntentID

    package init(createdAt: Timestamp, id: IntentID) {
        self.createdAt = createdAt
        self.id = id
    }

    package static func < (left: OpenIntentPosition, right: OpenIntentPosition) -> Bool {
        (left.createdAt, left.id) < (right.createdAt, right.id)
    }
}

extension PaymentIntent {
    package var openPosition: OpenIntentPosition { OpenIntentPosition(createdAt: createdAt, id: id) }
}
