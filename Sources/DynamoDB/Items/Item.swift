import Cryptography
import JSON
import Ticketing

/// An item as it came from the table.
struct Item: Sendable {
    enum Attribute: Sendable {
        case text(String)
        case number(Int64)
        case bytes([UInt8])
        case texts([String: String])
        /// A type that nothing of ours is written as.
        case foreign
    }

    /// A tally has an entry for each of a buyer's intents of an event, and a buyer at most a thousand seats.
    private static let maxEntries = 2048

    private var attributes: [String: Attribute] = [:]

    init(_ reader: inout JSONReader) throws(JSONError) {
        var read: [String: Attribute] = [:]
        try reader.object { name, reader throws(JSONError) in
            read[String(name)] = try Self.attribute(&reader)
        }
        attributes = read
    }

    private static func attribute(_ reader: inout JSONReader) throws(JSONError) -> Attribute {
        var attribute = Attribute.foreign
        try reader.object { type, reader throws(JSONError) in
            switch type {
            case "S": attribute = .text(try reader.string())
            case "N": attribute = .number(try number(&reader))
            case "B":
                guard let bytes = try reader.text().withBytes({ Base64.standard.decode($0) }) else {
                    throw reader.invalidValue("must be Base64")
                }
                attribute = .bytes(bytes)
            case "M":
                var texts: [String: String] = [:]
                try reader.object(memberLimit: maxEntries) { name, reader throws(JSONError) in
                    if case .text(let text) = try Self.attribute(&reader) { texts[String(name)] = text }
                }
                attribute = .texts(texts)
            default: try reader.skip()
            }
        }
        return attribute
    }

    static func number(_ reader: inout JSONReader) throws(JSONError) -> Int64 {
        guard let number = Int64(try reader.string()) else {
            throw reader.invalidValue("must be a whole number in a string")
        }
        return number
    }

    // MARK: What an item has to have

    func has(_ name: String) -> Bool { attributes[name] != nil }

    func text(_ name: String) throws(PortError) -> String {
        guard case .text(let text) = attributes[name] else { throw lacks(name) }
        return text
    }

    func optionalText(_ name: String) throws(PortError) -> String? { has(name) ? try text(name) : nil }

    func number(_ name: String) throws(PortError) -> Int64 {
        guard case .number(let number) = attributes[name] else { throw lacks(name) }
        return number
    }

    func count(_ name: String) throws(PortError) -> Int {
        guard let count = Int(exactly: try number(name)), count >= 0 else { throw lacks(name) }
        return count
    }

    func moment(_ name: String) throws(PortError) -> Timestamp { Timestamp(msSinceEpoch: try number(name)) }

    func bytes(_ name: String) throws(PortError) -> [UInt8] {
        guard case .bytes(let bytes) = attributes[name] else { throw lacks(name) }
        return bytes
    }

    func texts(_ name: String) throws(PortError) -> [String: String] {
        guard case .texts(let texts) = attributes[name] else { throw lacks(name) }
        return texts
    }

    /// Names of all attributes that begin so, with their numbers.
    func numbers(after prefix: String) -> [String: Int64] {
        var numbers: [String: Int64] = [:]
        for (name, attribute) in attributes {
            guard name.hasPrefix(prefix), case .number(let number) = attribute else { continue }
            numbers[String(name.dropFirst(prefix.count))] = number
        }
        return numbers
    }

    private func lacks(_ name: String) -> PortError { corrupt("has no good `\(name)`") }

    func corrupt(_ message: String, cause: (any Error)? = nil) -> PortError {
        let place: String
        if case .text(let key) = attributes["pk"] { place = key } else { place = "without a key" }
        return PortError(.corrupt, "the item \(place) \(message)", cause: cause)
    }

    func valid<Value>(_ make: () throws(InvalidValue) -> Value) throws(PortError) -> Value {
        do throws(InvalidValue) {
            return try make()
        } catch {
            throw corrupt("makes no sense", cause: error)
        }
    }
}
