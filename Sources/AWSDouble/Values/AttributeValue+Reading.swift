import Cryptography
import JSON

/// From DynamoDB's JSON: `{"S":"text"}`, with the refusals it has for each type.
extension AttributeValue {
    /// Levels of lists and maps an item may have.
    static let maxNesting = 32

    static func read(_ reader: inout JSONReader, depth: Int = 0) throws(JSONError) -> AttributeValue {
        guard depth <= maxNesting else {
            throw reader.invalidValue(
                "Nesting Levels have exceeded supported limits: Attributes have nested levels beyond "
                    + "supported limit")
        }
        var value: AttributeValue?
        try reader.object { type, reader throws(JSONError) in
            guard value == nil else {
                throw reader.invalidValue(
                    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                        + "supported datatypes")
            }
            value = try read(type, &reader, depth: depth)
        }
        guard let value else {
            throw reader.invalidValue(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
        }
        return value
    }

    private static func read(
        _ type: JSONText, _ reader: inout JSONReader, depth: Int
    ) throws(JSONError) -> AttributeValue {
        switch type {
        case "S": return .string(Text(try reader.string()))
        case "N": return .number(try number(&reader))
        case "B": return .binary(try binary(&reader))
        case "BOOL": return .bool(try reader.bool())
        case "NULL":
            guard try reader.bool() else {
                throw reader.invalidValue(
                    "One or more parameter values were invalid: Null attribute value types must have the value "
                        + "of true")
            }
            return .null
        case "L":
            var elements: [AttributeValue] = []
            try reader.array { reader throws(JSONError) in
                elements.append(try read(&reader, depth: depth + 1))
            }
            return .list(elements)
        case "M": return .map(try AttributeMap.read(&reader, depth: depth + 1))
        case "SS": return .stringSet(try stringSet(&reader))
        case "NS": return .numberSet(try numberSet(&reader))
        case "BS": return .binarySet(try binarySet(&reader))
        default:
            throw reader.invalidValue(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
        }
    }

    private static func number(_ reader: inout JSONReader) throws(JSONError) -> DecimalNumber {
        let text = Text(try reader.string())
        do throws(DecimalNumber.Fault) {
            return try DecimalNumber(parsing: text)
        } catch {
            throw reader.invalidValue(error.message)
        }
    }

    private static func binary(_ reader: inout JSONReader) throws(JSONError) -> [UInt8] {
        let text = try reader.string()
        guard let bytes = Base64.standard.decode(text) else {
            throw JSONError(.wrongType, "must be Base64", offset: reader.offset)
        }
        return bytes
    }

    private static func stringSet(_ reader: inout JSONReader) throws(JSONError) -> [Text] {
        var texts: [Text] = []
        try reader.array { reader throws(JSONError) in texts.append(Text(try reader.string())) }
        guard !texts.isEmpty else { throw emptySet("string", reader) }
        let names = texts.map(\.string).joined(separator: ", ")
        texts.sort()
        for index in texts.indices.dropFirst() where texts[index] == texts[index - 1] {
            throw reader.invalidValue(
                "One or more parameter values were invalid: Input collection [\(names)] contains duplicates.")
        }
        return texts
    }

    private static func numberSet(_ reader: inout JSONReader) throws(JSONError) -> [DecimalNumber] {
        var numbers: [DecimalNumber] = []
        try reader.array { reader throws(JSONError) in numbers.append(try number(&reader)) }
        guard !numbers.isEmpty else { throw emptySet("number", reader) }
        numbers.sort()
        for index in numbers.indices.dropFirst() where numbers[index] == numbers[index - 1] {
            throw reader.invalidValue("Input collection contains duplicates")
        }
        return numbers
    }

    private static func binarySet(_ reader: inout JSONReader) throws(JSONError) -> [[UInt8]] {
        var values: [[UInt8]] = []
        try reader.array { reader throws(JSONError) in values.append(try binary(&reader)) }
        guard !values.isEmpty else { throw emptySet("binary", reader) }
        values.sort { ByteOrder.order($0, $1) < 0 }
        for index in values.indices.dropFirst() where values[index] == values[index - 1] {
            throw reader.invalidValue(
                "One or more parameter values were invalid: Input collection of type BS contains duplicates.")
        }
        return values
    }

    private static func emptySet(_ kind: String, _ reader: borrowing JSONReader) -> JSONError {
        reader.invalidValue(
            "One or more parameter values were invalid: An \(kind) set  may not be empty")
    }
}

extension AttributeMap {
    /// More members than this would make reading them slow; an item of 400 KB in Ticket has a few dozen.
    private static let maxAttributes = 4_096

    static func read(_ reader: inout JSONReader, depth: Int = 0) throws(JSONError) -> AttributeMap {
        var entries: [Entry] = []
        try reader.object(memberLimit: maxAttributes) { name, reader throws(JSONError) in
            let name = Text(String(name))
            entries.append(Entry(name: name, value: try AttributeValue.read(&reader, depth: depth)))
        }
        return AttributeMap(unordered: entries)
    }
}
