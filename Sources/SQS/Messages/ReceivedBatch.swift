import JSON
import Ticketing

/// The messages of one receive.
enum ReceivedBatch {
    static func read(_ reader: inout JSONReader) throws(JSONError) -> [ReceivedMessage] {
        var messages: [ReceivedMessage] = []
        try reader.object { name, reader throws(JSONError) in
            guard name == "Messages" else { return try reader.skip() }
            if try reader.takeNull() { return }
            try reader.array(elementLimit: 10) { reader throws(JSONError) in
                messages.append(try message(&reader))
            }
        }
        return messages
    }

    private static func message(_ reader: inout JSONReader) throws(JSONError) -> ReceivedMessage {
        var id: String?
        var receipt: String?
        var body: String?
        var attributes: [String: String] = [:]
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "MessageId": id = try reader.string()
            case "ReceiptHandle": receipt = try reader.string()
            case "Body": body = try reader.string()
            case "Attributes":
                try reader.object { name, reader throws(JSONError) in
                    attributes[String(name)] = try reader.string()
                }
            default: try reader.skip()
            }
        }
        guard let id, let receipt, let body, let group = attributes["MessageGroupId"],
            let receiveCount = attributes["ApproximateReceiveCount"].flatMap({ Int($0) }), receiveCount > 0,
            let sentAtMs = attributes["SentTimestamp"].flatMap({ Int64($0) })
        else { throw reader.invalidValue("must be a message with id, receipt, body, group, count and time") }
        return ReceivedMessage(
            id: id, message: MessageBody.message(body), group: group, receipt: ReceiptHandle(receipt),
            receiveCount: receiveCount, sentAt: Timestamp(msSinceEpoch: sentAtMs))
    }
}
