/// An id made of a few plain ASCII characters.
///
/// The characters are limited once, here: `#` separates the parts of a key in DynamoDB, `/` and `?` those
/// of a URL, and `{` those of a Redis hash tag, so an id with one of them could pose as another.
package protocol TextIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    static var fieldName: String { get }
    static var maxLength: Int { get }

    var text: String { get }

    /// Gives the text back or says what is wrong with it. Kinds with a stricter form have their own.
    static func validated(_ text: String) throws(InvalidValue) -> String

    /// Takes text that has passed `validated`; nothing else may call it.
    init(validText: String)
}

extension TextIdentifier {
    package init(_ text: String) throws(InvalidValue) {
        self.init(validText: try Self.validated(text))
    }

    package static func validated(_ text: String) throws(InvalidValue) -> String {
        guard !text.isEmpty else {
            throw InvalidValue(.empty, field: fieldName, message: "must not be empty")
        }
        guard text.utf8.count <= maxLength else {
            throw InvalidValue(
                .tooLong, field: fieldName, message: "must have at most \(maxLength) characters")
        }
        for byte in text.utf8 where !isAllowed(byte) {
            throw InvalidValue(
                .badCharacter, field: fieldName, message: "may have only letters, digits, `-`, `_` and `.`")
        }
        return text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }

    package var description: String { text }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
