import Cryptography
import JSON

/// To DynamoDB's JSON.
extension AttributeValue {
    /// As the element or the named member that is written next.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .string(let text): text.withBytes { writer.member("S", text: $0) }
            case .number(let number): writer.member("N", number.text)
            case .binary(let bytes): bytes.withUnsafeBytes { writer.member("B", base64: $0) }
            case .bool(let isTrue): writer.member("BOOL", isTrue)
            case .null: writer.member("NULL", true)
            case .list(let elements):
                writer.array("L") { writer in for element in elements { element.write(to: &writer) } }
            case .map(let map): writer.object("M") { map.writeMembers(to: &$0) }
            case .stringSet(let texts):
                writer.array("SS") { writer in for text in texts { writer.element(text.string) } }
            case .numberSet(let numbers):
                writer.array("NS") { writer in for number in numbers { writer.element(number.text) } }
            case .binarySet(let values):
                writer.array("BS") { writer in
                    for value in values { writer.element(Self.base64(value)) }
                }
            }
        }
    }

    private static func base64(_ bytes: [UInt8]) -> String { Base64.standard.encode(bytes) }
}

extension AttributeMap {
    func writeMembers(to writer: inout JSONWriter) {
        for entry in entries {
            writer.name(entry.name.string)
            entry.value.write(to: &writer)
        }
    }

    func write(_ name: StaticString, to writer: inout JSONWriter) {
        writer.object(name) { writeMembers(to: &$0) }
    }
}
