/// A hash over the values of a request's body. Under one key the same fingerprint is a replay, another one
/// is a reused key.
package struct IdempotencyFingerprint: Hashable, Sendable {
    package static let byteCount = 32

    package let bytes: [UInt8]

    package init(bytes: [UInt8]) throws(InvalidValue) {
        guard bytes.count == Self.byteCount else {
            throw InvalidValue(.badForm, field: "fingerprint", message: "must have \(Self.byteCount) bytes")
        }
        self.bytes = bytes
    }
}
