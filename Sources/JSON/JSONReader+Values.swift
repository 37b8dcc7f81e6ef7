/// What the next value is, and reading the ones that are not containers.
extension JSONReader {
    /// The kind of the next value, told by its first byte alone.
    package mutating func kind() throws(JSONError) -> JSONKind {
        skipWhitespace()
        guard position < bytes.count else { throw unexpectedEnd() }
        guard let kind = JSONKind(firstByte: bytes[position]) else {
            throw failure(.invalidSyntax, "must be a JSON value")
        }
        return kind
    }

    @inline(__always)
    mutating func expect(_ expected: JSONKind) throws(JSONError) {
        let found = try kind()
        guard found == expected else { throw failure(.wrongType, "must be \(expected), not \(found)") }
    }

    /// A string with its escapes decoded.
    package mutating func string() throws(JSONError) -> String { String(try text()) }

    /// A string that is only compared or copied by the caller, without a `String` of its own.
    package mutating func text() throws(JSONError) -> JSONText {
        try expect(.string)
        return try scanString()
    }

    package mutating func bool() throws(JSONError) -> Bool {
        try expect(.bool)
        guard bytes[position] == UInt8(ascii: "t") else {
            try word("false")
            return false
        }
        try word("true")
        return true
    }

    /// Goes past a `null` and says so; any other value is left for the caller to read.
    package mutating func takeNull() throws(JSONError) -> Bool {
        guard try kind() == .null else { return false }
        try word("null")
        return true
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard position + index < bytes.count else { throw unexpectedEnd() }
            guard bytes[position + index] == word.utf8Start[index] else {
                throw failure(.invalidSyntax, "must be a JSON value")
            }
        }
        advance(by: word.utf8CodeUnitCount)
    }

    // MARK: Errors of the caller

    /// For a member that has no meaning where it stands; thrown inside the member's closure.
    package func unknownMember() -> JSONError { failure(.unknownMember, "is not a member known here") }

    /// For a member that had to be there; thrown after its object was read.
    package func missingMember(_ name: StaticString) -> JSONError {
        failure(.missingMember, "must have the member \"\(name)\"")
    }

    /// For a value that is good JSON and still wrong: "must not be empty".
    package func invalidValue(_ message: String) -> JSONError { failure(.invalidValue, message) }
}

/// The six kinds of JSON value.
package enum JSONKind: Sendable, CustomStringConvertible {
    case object, array, string, number, bool, null

    init?(firstByte byte: UInt8) {
        switch byte {
        case UInt8(ascii: "{"): self = .object
        case UInt8(ascii: "["): self = .array
        case UInt8(ascii: "\""): self = .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): self = .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .bool
        case UInt8(ascii: "n"): self = .null
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}
