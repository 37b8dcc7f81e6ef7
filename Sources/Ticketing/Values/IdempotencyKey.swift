/// The client's own name for one try to buy; together with the account it becomes the intent's id.
package struct IdempotencyKey: Hashable, Sendable {
    package static let maxLength = 255

    package let text: String

    /// `KEY` and `"KEY"` are the same key: the header's draft standard quotes it, most clients do not.
    package init(headerValue: String) throws(InvalidValue) {
        var text = headerValue
        if text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
            text = String(text.dropFirst().dropLast())
        }
        guard !text.isEmpty else {
            throw InvalidValue(.empty, field: "Idempotency-Key", message: "must not be empty")
        }
        guard text.utf8.count <= Self.maxLength else {
            throw InvalidValue(
                .tooLong, field: "Idempotency-Key", message: "must have at most \(Self.maxLength) characters")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InvalidValue(
                .badCharacter, field: "Idempotency-Key", message: "may have only visible ASCII characters")
        }
        self.text = text
    }
}
