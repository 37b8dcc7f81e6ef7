/// A document as a tree, for tests and for tools that do not know its shape. Services read with `JSONReader`.
package indirect enum JSONValue: Equatable, Sendable {
    case object([Member])
    case array([JSONValue])
    case string(String)
    case integer(Int64)
    case double(Double)
    case bool(Bool)
    case null

    /// Members keep their order: a tree writes back the document it was read from.
    package struct Member: Equatable, Sendable {
        package let name: String
        package let value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    package init(parsing bytes: [UInt8], depthLimit: Int = JSONReader.defaultDepthLimit) throws(JSONError) {
        self = try JSONReader.read(bytes, depthLimit: depthLimit) { reader throws(JSONError) in
            try JSONValue(from: &reader)
        }
    }

    package init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }

    private init(from reader: inout JSONReader) throws(JSONError) {
        switch try reader.kind() {
        case .object:
            var members: [Member] = []
            try reader.object { name, reader throws(JSONError) in
                members.append(Member(String(name), try JSONValue(from: &reader)))
            }
            self = .object(members)
        case .array:
            var elements: [JSONValue] = []
            try reader.array { reader throws(JSONError) in elements.append(try JSONValue(from: &reader)) }
            self = .array(elements)
        case .string: self = .string(try reader.string())
        case .number: self = try reader.integerOrDouble()
        case .bool: self = .bool(try reader.bool())
        case .null:
            _ = try reader.takeNull()
            self = .null
        }
    }

    /// The member of this name, or nil when there is none or this is no object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The element at this place, or nil when there is none or this is no array.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    package var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var integer: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }
}

extension JSONReader {
    /// A whole number that fits 64 bits as an integer, any other number as a `Double`.
    fileprivate mutating func integerOrDouble() throws(JSONError) -> JSONValue {
        let start = position
        do throws(JSONError) {
            return .integer(try integer())
        } catch {
            guard error.code == .wrongType || error.code == .numberOutOfRange else { throw error }
            advance(by: start - position)
            return .double(try double())
        }
    }
}

extension JSONWriter {
    /// Writes the tree as an element or as the document itself.
    package mutating func element(_ value: JSONValue) {
        switch value {
        case .object(let members):
            object { writer in
                for member in members {
                    writer.name(member.name)
                    writer.element(member.value)
                }
            }
        case .array(let elements): array { writer in for element in elements { writer.element(element) } }
        case .string(let text): element(text)
        case .integer(let number): element(number)
        case .double(let number): element(number)
        case .bool(let flag): element(flag)
        case .null: null()
        }
    }
}
