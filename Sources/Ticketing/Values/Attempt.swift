/// 16 bytes drawn once for an intent. It is the token of the ledger's write, the key at the payment gateway and
/// the key of the inbox: whoever shows the same attempt is the same purchase.
///
/// The first two bytes tell the moment, in steps of 32 ms that come round every 35 minutes; the other 14 are
/// chance. Rows kept by their attempt so arrive next to each other, and a commit of a hundred purchases writes a
/// few pages of an index and not a hundred.
package struct Attempt: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 16

    private static let stepMs: UInt64 = 32

    private let high: UInt64
    private let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(at now: Timestamp, _ first: UInt64, _ second: UInt64) {
        let step = UInt64(truncatingIfNeeded: now.msSinceEpoch) / Self.stepMs
        self.init(high: (step << 48) | (first >> 16), low: second)
    }

    package init(bytes: some Collection<UInt8>) throws(InvalidValue) {
        guard bytes.count == Self.byteCount else {
            throw InvalidValue(.badForm, field: "attempt", message: "must have \(Self.byteCount) bytes")
        }
        high = bytes.prefix(8).reduce(0) { ($0 << 8) | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { ($0 << 8) | UInt64($1) }
    }

    package var bytes: [UInt8] { high.bigEndianBytes + low.bigEndianBytes }

    /// 26 characters: short enough for DynamoDB's request token (36) and every gateway's idempotency key.
    package var text: String { Base32.encode(bytes) }

    package var description: String { text }
}

extension UInt64 {
    var bigEndianBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - 8 * $0)) }
    }
}
