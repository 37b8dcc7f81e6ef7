import JSON

/// The parameters of every call about queues. One reader serves them all: each call looks at those it has.
struct QueueRequest {
    struct Entry {
        var id: Text?
        var body: Text?
        var group: Text?
        var dedupID: Text?
        var delaySeconds: Int?
        var handle: Text?
        var visibilitySeconds: Int?
        var hasAttributes = false
    }

    /// What a call that is no batch says about its one message.
    var single = Entry()
    var url: Text?
    var name: Text?
    var namePrefix: Text?
    var attributes: [(Text, Text)] = []
    var attributeNames: [Text] = []
    var entries: [Entry]?
    var maxMessages: Int?
    var waitSeconds: Int?
    var attempt: Text?
    var sourceARN: Text?
    var destinationARN: Text?
    var messagesPerSecond: Int?
    var maxResults: Int?

    /// More than SQS takes, so that it can say how many are too many.
    private static let maxEntriesRead = 1_000

    static func parse(_ body: UnsafeRawBufferPointer) throws(Refusal) -> QueueRequest {
        var request = QueueRequest()
        do throws(Refusal) {
            try RequestDocument.read(body) { name, reader throws(JSONError) in
                try request.read(name, &reader)
            }
        } catch {
            // SQS has no ValidationException.
            guard error.origin == .validation else { throw error }
            throw .invalidParameter(error.message)
        }
        return request
    }

    private mutating func read(_ name: JSONText, _ reader: inout JSONReader) throws(JSONError) {
        switch name {
        case "QueueUrl": url = Text(try reader.string())
        case "QueueName": self.name = Text(try reader.string())
        case "QueueNamePrefix": namePrefix = Text(try reader.string())
        case "Attributes":
            try reader.object { name, reader throws(JSONError) in
                attributes.append((Text(String(name)), Text(try reader.string())))
            }
        case "AttributeNames", "MessageSystemAttributeNames":
            try reader.array { reader throws(JSONError) in
                attributeNames.append(Text(try reader.string()))
            }
        case "Entries":
            var read: [Entry] = []
            try reader.array(elementLimit: Self.maxEntriesRead) { reader throws(JSONError) in
                var entry = Entry()
                try reader.object { name, reader throws(JSONError) in try entry.read(name, &reader) }
                read.append(entry)
            }
            entries = read
        case "MaxNumberOfMessages": maxMessages = Int(try reader.integer())
        case "WaitTimeSeconds": waitSeconds = Int(try reader.integer())
        case "ReceiveRequestAttemptId": attempt = Text(try reader.string())
        case "SourceArn": sourceARN = Text(try reader.string())
        case "DestinationArn": destinationARN = Text(try reader.string())
        case "MaxNumberOfMessagesPerSecond": messagesPerSecond = Int(try reader.integer())
        case "MaxResults": maxResults = Int(try reader.integer())
        default: try single.read(name, &reader)
        }
    }
}

extension QueueRequest.Entry {
    fileprivate mutating func read(_ name: JSONText, _ reader: inout JSONReader) throws(JSONError) {
        switch name {
        case "Id": id = Text(try reader.string())
        case "MessageBody": body = Text(try reader.string())
        case "MessageGroupId": group = Text(try reader.string())
        case "MessageDeduplicationId": dedupID = Text(try reader.string())
        case "DelaySeconds": delaySeconds = Int(try reader.integer())
        case "ReceiptHandle": handle = Text(try reader.string())
        case "VisibilityTimeout": visibilitySeconds = Int(try reader.integer())
        case "MessageAttributes", "MessageSystemAttributes":
            try reader.object { _, _ throws(JSONError) in hasAttributes = true }
        default: return
        }
    }
}
