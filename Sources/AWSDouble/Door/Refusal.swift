import HTTP
import JSON

/// An answer of AWS that is not a success: its type as clients look for it, and what stands beside the message.
package struct Refusal: Error, Sendable {
    /// The name without its namespace, for example `ConditionalCheckFailedException`.
    package let name: String
    package let message: String
    package var status: Status
    /// Where the name stands: decides what precedes it in `__type`.
    package var origin: Origin
    /// Members beside type and message, each already JSON.
    package var members: [(name: StaticString, json: [UInt8])] = []
    /// SQS names some errors differently in the header for clients of its older protocol.
    package var queryCode: String?

    package enum Origin: Sendable {
        case dynamo, validation, serialization, gate, queue
    }

    package init(_ name: String, _ message: String, status: Status = .badRequest, origin: Origin = .dynamo) {
        self.name = name
        self.message = message
        self.status = status
        self.origin = origin
    }

    package static func validation(_ message: String) -> Refusal {
        Refusal("ValidationException", message, origin: .validation)
    }

    /// Something that DynamoDB has and Ticket does not use. Said plainly: a test must not pass by accident.
    package static func unsupported(_ what: String) -> Refusal {
        validation("aws-double does not support \(what)")
    }

    /// What is not the document that the operation takes; a value that is one and still wrong says why itself.
    init(_ error: JSONError) {
        if error.code == .invalidValue {
            self = .validation(error.message)
        } else {
            self.init("SerializationException", error.description, origin: .serialization)
        }
    }

    init(_ fault: DecimalNumber.Fault) { self = .validation(fault.message) }

    private var namespace: String {
        switch origin {
        case .dynamo: "com.amazonaws.dynamodb.v20120810#"
        case .validation: "com.amazon.coral.validate#"
        case .serialization: "com.amazon.coral.service#"
        case .gate: "com.amazon.coral.service#"
        case .queue: "com.amazonaws.sqs#"
        }
    }

    package var body: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("__type", namespace + name)
            // The two cancellations spell it with a capital in the model, everything else does not.
            if name == "TransactionCanceledException" || name == "IdempotentParameterMismatchException" {
                writer.member("Message", message)
            } else {
                writer.member("message", message)
            }
            for member in members { writer.member(member.name, raw: member.json) }
        }
        return writer.take()
    }
}
