/// Reads one document, value by value, exactly as RFC 8259 allows and not a byte more.
///
/// The caller says what it expects next and gets it or a `JSONError` that names the place. Nothing is built that
/// was not asked for. Repeated members are refused: two readers could disagree about which one counts.
///
///     let seats = try JSONReader.read(body) { reader throws(JSONError) in
///         var seats: [String] = []
///         try reader.object { key, reader throws(JSONError) in
///             switch key {
///             case "seats": try reader.array { reader throws(JSONError) in seats.append(try reader.string()) }
///             default: throw reader.unknownMember()
///             }
///         }
///         return seats
///     }
///
/// After an error the reader has no place in the document any more: let the error travel.
package struct JSONReader: ~Copyable {
    package static let defaultDepthLimit = 16
    package static let defaultMemberLimit = 256

    let bytes: UnsafeRawBufferPointer
    private let depthLimit: Int
    private(set) var depth = 0
    private(set) var position = 0
    /// The names of every object that is open, innermost last.
    private var openNames: [JSONText] = []

    /// Where the next value begins: for callers that report several faults of one document.
    package var offset: Int { position }

    private init(_ bytes: UnsafeRawBufferPointer, depthLimit: Int) {
        // Nesting is recursion here: the limit is what keeps it inside a thread's stack.
        precondition(1...256 ~= depthLimit, "the depth limit of a document is from 1 to 256")
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    /// Reads the whole of `bytes` as one document. How many bytes there may be is the caller's limit to set.
    package static func read<Value>(
        _ bytes: UnsafeRawBufferPointer, depthLimit: Int = defaultDepthLimit,
        _ body: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        var reader = JSONReader(bytes, depthLimit: depthLimit)
        reader.skipWhitespace()
        let start = reader.position
        let value = try body(&reader)
        if reader.position == start { try reader.skip() }
        reader.skipWhitespace()
        guard reader.position == bytes.count else {
            throw reader.failure(.trailingBytes, "must end after its first value")
        }
        return value
    }

    package static func read<Value>(
        _ bytes: [UInt8], depthLimit: Int = defaultDepthLimit,
        _ body: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        let outcome: Result<Value, JSONError> = bytes.withUnsafeBytes { buffer in
            do throws(JSONError) {
                return .success(try read(buffer, depthLimit: depthLimit, body))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    // MARK: Containers

    /// Reads an object. `body` is called for each member and reads its value; a value it leaves alone is skipped.
    package mutating func object(
        memberLimit: Int = defaultMemberLimit,
        _ body: (JSONText, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try open(.object)
        let firstName = openNames.count
        var next = try closes(with: UInt8(ascii: "}"))
        while !next {
            let nameOffset = position
            let name = try scanName()
            do throws(JSONError) {
                try remember(name, since: firstName, limit: memberLimit, at: nameOffset)
                try expect(UInt8(ascii: ":"), "must have a colon after each member's name")
                skipWhitespace()
                let start = position
                try body(name, &self)
                if position == start { try skip() }
            } catch {
                throw error.inside(member: String(name))
            }
            next = try continues(until: UInt8(ascii: "}"))
        }
        while openNames.count > firstName { openNames.removeLast() }
        depth -= 1
    }

    /// Reads an array. `body` is called for each element and reads it; an element it leaves alone is skipped.
    package mutating func array(
        elementLimit: Int = .max, _ body: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try open(.array)
        var index = 0
        var next = try closes(with: UInt8(ascii: "]"))
        while !next {
            guard index < elementLimit else {
                throw failure(.tooMany, "must have at most \(elementLimit) elements")
            }
            do throws(JSONError) {
                let start = position
                try body(&self)
                if position == start { try skip() }
            } catch {
                throw error.inside(element: index)
            }
            index += 1
            next = try continues(until: UInt8(ascii: "]"))
        }
        depth -= 1
    }

    /// Checks the next value, whatever it is, and goes past it.
    package mutating func skip() throws(JSONError) {
        switch try kind() {
        case .object: try object { _, reader throws(JSONError) in try reader.skip() }
        case .array: try array { reader throws(JSONError) in try reader.skip() }
        case .string: _ = try text()
        case .number: _ = try scanNumber()
        case .bool: _ = try bool()
        case .null: _ = try takeNull()
        }
    }

    private mutating func open(_ kind: JSONKind) throws(JSONError) {
        try expect(kind)
        guard depth < depthLimit else {
            throw failure(.tooDeep, "must not be nested deeper than \(depthLimit) levels")
        }
        depth += 1
        position += 1
        skipWhitespace()
    }

    /// Whether an opened container ends at once.
    private mutating func closes(with bracket: UInt8) throws(JSONError) -> Bool {
        guard position < bytes.count else { throw unexpectedEnd() }
        guard bytes[position] == bracket else { return false }
        position += 1
        return true
    }

    /// Goes past the comma or the bracket after a value; whether it was the bracket.
    private mutating func continues(until bracket: UInt8) throws(JSONError) -> Bool {
        skipWhitespace()
        guard position < bytes.count else { throw unexpectedEnd() }
        switch bytes[position] {
        case UInt8(ascii: ","):
            position += 1
            skipWhitespace()
            return false
        case bracket:
            position += 1
            return true
        default:
            throw failure(.invalidSyntax, "must have a comma or a closing bracket after each value")
        }
    }

    private mutating func scanName() throws(JSONError) -> JSONText {
        guard position < bytes.count else { throw unexpectedEnd() }
        guard bytes[position] == UInt8(ascii: "\"") else {
            throw failure(.invalidSyntax, "must have a name in quotes for each member")
        }
        return try scanString()
    }

    private mutating func remember(
        _ name: JSONText, since firstName: Int, limit: Int, at offset: Int
    ) throws(JSONError) {
        guard openNames.count - firstName < limit else {
            throw JSONError(.tooMany, "is more than the \(limit) members an object may have", offset: offset)
        }
        // Objects are small and the limit bounds the square.
        for index in firstName..<openNames.count where openNames[index].equals(name) {
            throw JSONError(.repeatedMember, "must not be given twice", offset: offset)
        }
        openNames.append(name)
    }

    // MARK: Ground for the other files

    @inline(__always)
    mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    mutating func advance(by count: Int) { position += count }

    private mutating func expect(_ byte: UInt8, _ message: String) throws(JSONError) {
        skipWhitespace()
        guard position < bytes.count else { throw unexpectedEnd() }
        guard bytes[position] == byte else { throw failure(.invalidSyntax, message) }
        position += 1
    }

    @inline(never)
    func unexpectedEnd() -> JSONError {
        JSONError(.unexpectedEnd, "must not end in the middle of a value", offset: bytes.count)
    }

    /// An error at the place that is read next.
    @inline(never)
    func failure(_ code: JSONError.Code, _ message: String) -> JSONError {
        JSONError(code, message, offset: position)
    }
}
