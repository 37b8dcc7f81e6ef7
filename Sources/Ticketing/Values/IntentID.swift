/// A payment intent, and at the same time its idempotency record: `pi_` and base32 of a hash over account,
/// route and key. It is also the owner of its seats, so it fences every later write on them.
package struct IntentID: TextIdentifier {
    package static let fieldName = "intent id"
    package static let maxLength = 55
    private static let prefix = "pi_"

    package let text: String

    package init(validText: String) {
        text = validText
    }

    /// The hash is made outside: the domain knows no cryptography.
    package init(digest: some Sequence<UInt8>) throws(InvalidValue) {
        try self.init(Self.prefix + Base32.encode(digest))
    }

    package static func validated(_ text: String) throws(InvalidValue) -> String {
        guard text.utf8.count <= maxLength else {
            throw InvalidValue(
                .tooLong, field: fieldName, message: "must have at most \(maxLength) characters")
        }
        let digits = text.utf8.dropFirst(prefix.utf8.count)
        guard text.hasPrefix(prefix), !digits.isEmpty, digits.allSatisfy({ Base32.isDigit($0) }) else {
            throw InvalidValue(
                .badForm, field: fieldName, message: "must be `pi_` followed by lower-case base32")
        }
        return text
    }
}
