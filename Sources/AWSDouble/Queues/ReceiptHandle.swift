/// What a receiver shows to delete a message or to change its visibility: it stands for one receive of it.
struct ReceiptHandle: Equatable {
    let queue: Int
    let sequence: UInt64
    let receipt: UInt64

    private static let prefix = "AQEB"

    init(queue: Int, sequence: UInt64, receipt: UInt64) {
        self.queue = queue
        self.sequence = sequence
        self.receipt = receipt
    }

    init?(_ text: Text) {
        guard text.string.hasPrefix(Self.prefix) else { return nil }
        let parts = text.string.dropFirst(Self.prefix.count).split(
            separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let queue = Int(parts[0], radix: 36),
            let sequence = UInt64(parts[1], radix: 36),
            let receipt = UInt64(parts[2], radix: 36)
        else { return nil }
        self.init(queue: queue, sequence: sequence, receipt: receipt)
    }

    var text: String {
        Self.prefix + String(queue, radix: 36) + "-" + String(sequence, radix: 36) + "-"
            + String(receipt, radix: 36)
    }
}
