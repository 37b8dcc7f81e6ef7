/// The ten types of DynamoDB. Sets are kept in order, so that equal sets are equal arrays.
package indirect enum AttributeValue: Hashable, Sendable {
    case string(Text)
    case number(DecimalNumber)
    case binary([UInt8])
    case bool(Bool)
    case null
    case list([AttributeValue])
    case map(AttributeMap)
    case stringSet([Text])
    case numberSet([DecimalNumber])
    case binarySet([[UInt8]])

    /// The name of the type as requests and messages write it.
    package var typeCode: String {
        switch self {
        case .string: "S"
        case .number: "N"
        case .binary: "B"
        case .bool: "BOOL"
        case .null: "NULL"
        case .list: "L"
        case .map: "M"
        case .stringSet: "SS"
        case .numberSet: "NS"
        case .binarySet: "BS"
        }
    }

    static let typeCodes: Set<String> = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"]

    /// Below, equal or above zero; nil for values that have no order, or none among each other.
    static func order(_ left: AttributeValue, _ right: AttributeValue) -> Int? {
        switch (left, right) {
        case (.string(let left), .string(let right)): Text.order(left, right)
        case (.number(let left), .number(let right)): DecimalNumber.order(left, right)
        case (.binary(let left), .binary(let right)): ByteOrder.order(left, right)
        default: nil
        }
    }

    /// Bytes as DynamoDB's documentation counts them toward an item's size.
    var size: Int {
        switch self {
        case .string(let text): text.count
        case .number(let number): number.size
        case .binary(let bytes): bytes.count
        case .bool, .null: 1
        case .list(let elements): elements.reduce(3) { $0 + $1.size + 1 }
        case .map(let map): map.entries.reduce(3) { $0 + $1.name.count + $1.value.size + 1 }
        case .stringSet(let texts): texts.reduce(0) { $0 + $1.count }
        case .numberSet(let numbers): numbers.reduce(0) { $0 + $1.size }
        case .binarySet(let values): values.reduce(0) { $0 + $1.count }
        }
    }

    /// What the function `size` of an expression gives; nil for a number, a truth value and null.
    var expressionSize: Int? {
        switch self {
        case .string(let text): text.count
        case .binary(let bytes): bytes.count
        case .list(let elements): elements.count
        case .map(let map): map.entries.count
        case .stringSet(let texts): texts.count
        case .numberSet(let numbers): numbers.count
        case .binarySet(let values): values.count
        case .number, .bool, .null: nil
        }
    }
}
