/// One failed try to work on a message.
package struct Failure: Hashable, Sendable {
    /// The intent's id, or the queue's id of a message that names none.
    package let key: String
    package let kind: FailureKind
    /// One sentence for the operator, without secrets.
    package let reason: String
    package let at: Timestamp

    package init(key: String, kind: FailureKind, reason: String, at: Timestamp) {
        self.key = key
        self.kind = kind
        self.reason = reason
        self.at = at
    }
}
