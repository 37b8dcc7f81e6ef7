/// Proof of one receive. It is good until the visibility it was received with ends or the message is
/// received again.
package struct ReceiptHandle: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}
