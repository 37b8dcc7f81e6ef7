/// Why a document was refused, and where: by byte for tools, by JSON Pointer for people and for API answers.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package enum Code: Equatable, Sendable {
        case unexpectedEnd
        case invalidSyntax
        case invalidUTF8
        case invalidEscape
        case numberOutOfRange
        case wrongType
        case tooDeep
        case tooMany
        case repeatedMember
        case unknownMember
        case missingMember
        /// The JSON is in order, its value is not: thrown by whoever reads it.
        case invalidValue
        case trailingBytes
    }

    package let code: Code
    /// A clause that follows the name of the place: "must be a string".
    package let message: String
    /// The byte at which the trouble starts, from 0.
    package let offset: Int
    /// The place as RFC 6901 writes it: empty for the whole document, `/seats/0` for the first seat.
    package private(set) var pointer = ""

    package init(_ code: Code, _ message: String, offset: Int) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    package var description: String {
        "\(pointer.isEmpty ? "the document" : pointer) \(message) (byte \(offset))"
    }

    /// The same error as seen from one container further out. The path is built only when an error travels, so
    /// reading a good document pays nothing for it.
    func inside(member name: String) -> JSONError {
        var escaped = ""
        for character in name.unicodeScalars {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return prefixed(by: escaped)
    }

    func inside(element index: Int) -> JSONError { prefixed(by: String(index)) }

    private func prefixed(by component: String) -> JSONError {
        var outer = self
        outer.pointer = "/" + component + pointer
        return outer
    }
}
