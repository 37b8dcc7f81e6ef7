/// An answer as a value of its own, whichever version of the protocol it came in.
package enum RESPValue: Equatable, Sendable {
    case string([UInt8])
    case error(String)
    case integer(Int64)
    case boolean(Bool)
    case null
    case array([RESPValue])
    /// Keys and values in turn.
    case map([RESPValue])

    package var text: String? {
        guard case .string(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    package var integer: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    package var elements: [RESPValue]? {
        switch self {
        case .array(let elements), .map(let elements): elements
        default: nil
        }
    }

    /// A member of a map, or of the list that stands for one in the older protocol.
    package func member(_ name: String) -> RESPValue? {
        guard let elements, elements.count.isMultiple(of: 2) else { return nil }
        for index in stride(from: 0, to: elements.count, by: 2) where elements[index].text == name {
            return elements[index + 1]
        }
        return nil
    }
}
