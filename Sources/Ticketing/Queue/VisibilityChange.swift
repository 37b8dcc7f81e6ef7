/// From now on, so many milliseconds until the message is delivered again.
package struct VisibilityChange: Hashable, Sendable {
    package let receipt: ReceiptHandle
    /// 0 releases the message at once.
    package let visibilityMs: Int

    package init(receipt: ReceiptHandle, visibilityMs: Int) {
        self.receipt = receipt
        self.visibilityMs = visibilityMs
    }
}
