/// A value that may be part of a key: text, a number or bytes.
package enum KeyValue: Hashable, Sendable {
    case string(Text)
    case number(DecimalNumber)
    case binary([UInt8])

    init?(_ value: AttributeValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .number(let number): self = .number(number)
        case .binary(let bytes): self = .binary(bytes)
        default: return nil
        }
    }

    var value: AttributeValue {
        switch self {
        case .string(let text): .string(text)
        case .number(let number): .number(number)
        case .binary(let bytes): .binary(bytes)
        }
    }

    var isEmpty: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .number: false
        case .binary(let bytes): bytes.isEmpty
        }
    }

    var count: Int {
        switch self {
        case .string(let text): text.count
        case .number(let number): number.size
        case .binary(let bytes): bytes.count
        }
    }

    /// Below, equal or above zero. Keys of one attribute have one type, so the last case does not occur in a table.
    static func order(_ left: KeyValue, _ right: KeyValue) -> Int {
        switch (left, right) {
        case (.string(let left), .string(let right)): Text.order(left, right)
        case (.number(let left), .number(let right)): DecimalNumber.order(left, right)
        case (.binary(let left), .binary(let right)): ByteOrder.order(left, right)
        default: 0
        }
    }

    static func order(_ left: KeyValue?, _ right: KeyValue?) -> Int {
        guard let left, let right else { return 0 }
        return order(left, right)
    }

    /// The same in every process, unlike Swift's own hash: a scan's segments and pages must not move.
    var stableHash: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        switch self {
        case .string(let text): for byte in text.string.utf8 { mix(byte) }
        case .number(let number): for byte in number.text.utf8 { mix(byte) }
        case .binary(let bytes): for byte in bytes { mix(byte) }
        }
        return hash
    }
}
