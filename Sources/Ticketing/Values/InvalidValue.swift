/// Why text or a number from outside did not become a domain value.
package struct InvalidValue: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        case empty
        case tooLong
        case badCharacter
        case badForm
        case outOfRange
        case repeated
        case unknown
    }

    package let code: Code
    /// The place, in the words of whoever gave the value: `seat id`, `opensAt`, `seats[3]`.
    package let field: String
    /// One sentence that says what would be right.
    package let message: String

    package init(_ code: Code, field: String, message: String) {
        self.code = code
        self.field = field
        self.message = message
    }

    package var description: String { "\(field): \(message)" }
}
