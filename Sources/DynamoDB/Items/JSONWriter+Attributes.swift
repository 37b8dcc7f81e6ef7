import JSON
import Ticketing

/// Attributes as DynamoDB's JSON has them: a type's letter around each value.
extension JSONWriter {
    mutating func string(_ name: StaticString, _ value: String) {
        object(name) { $0.member("S", value) }
    }

    mutating func word(_ name: StaticString, _ value: StaticString) {
        object(name) { $0.member("S", value) }
    }

    mutating func number(_ name: StaticString, _ value: Int64) {
        object(name) { $0.member("N", String(value)) }
    }

    mutating func number(_ name: StaticString, _ value: Int) { number(name, Int64(value)) }

    mutating func moment(_ name: StaticString, _ value: Timestamp) { number(name, value.msSinceEpoch) }

    mutating func binary(_ name: StaticString, _ value: [UInt8]) {
        object(name) { writer in value.withUnsafeBytes { writer.member("B", base64: $0) } }
    }

    mutating func key(_ partition: String, _ sort: String = ItemKey.alone) {
        object("Key") { writer in
            writer.string("pk", partition)
            writer.string("sk", sort)
        }
    }

    mutating func condition(_ expression: StaticString) {
        member("ConditionExpression", expression)
        member("ReturnValuesOnConditionCheckFailure", "ALL_OLD" as StaticString)
    }
}
