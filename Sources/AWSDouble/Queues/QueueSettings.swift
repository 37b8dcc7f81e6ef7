import JSON

/// The attributes of a queue that can be set, checked as SQS checks them.
struct QueueSettings: Equatable {
    struct Redrive: Equatable {
        let targetARN: Text
        let maxReceiveCount: Int
    }

    var visibilityTimeoutSeconds = 30
    var retentionSeconds = 345_600
    var maxMessageBytes = 1_048_576
    var receiveWaitSeconds = 0
    var dedupsByContent = false
    /// Deduplication and limits by message group: high throughput.
    var dedupsByGroup = false
    var limitsByGroup = false
    var redrive: Redrive?
    /// Set and given back, without an effect here: policies, encryption.
    var inert: [Text: Text] = [:]

    private static let inertNames: Set<String> = [
        "Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled",
        "RedriveAllowPolicy",
    ]

    /// Takes over what is given; nothing, if any of it is wrong.
    mutating func apply(_ attributes: [(Text, Text)]) throws(Refusal) {
        var changed = self
        for (name, value) in attributes { try changed.set(name, value) }
        guard !changed.limitsByGroup || changed.dedupsByGroup else {
            throw .queue(
                "InvalidAttributeValue",
                "Invalid value for the parameter FifoThroughputLimit. Reason: perMessageGroupId needs the "
                    + "DeduplicationScope messageGroup.")
        }
        self = changed
    }

    private mutating func set(_ name: Text, _ value: Text) throws(Refusal) {
        switch name.string {
        case "FifoQueue":
            guard value == "true" else { throw Self.bad(name, value) }
        case "VisibilityTimeout": visibilityTimeoutSeconds = try Self.number(name, value, in: 0...43_200)
        case "MessageRetentionPeriod": retentionSeconds = try Self.number(name, value, in: 60...1_209_600)
        case "MaximumMessageSize": maxMessageBytes = try Self.number(name, value, in: 1_024...1_048_576)
        case "ReceiveMessageWaitTimeSeconds": receiveWaitSeconds = try Self.number(name, value, in: 0...20)
        case "DelaySeconds":
            guard try Self.number(name, value, in: 0...900) == 0 else {
                throw .queueUnsupported("DelaySeconds other than 0")
            }
        case "ContentBasedDeduplication": dedupsByContent = try Self.truth(name, value)
        case "DeduplicationScope":
            dedupsByGroup = try Self.choice(name, value, yes: "messageGroup", no: "queue")
        case "FifoThroughputLimit":
            limitsByGroup = try Self.choice(name, value, yes: "perMessageGroupId", no: "perQueue")
        case "RedrivePolicy": redrive = value.isEmpty ? nil : try Self.redrive(value)
        default:
            guard Self.inertNames.contains(name.string) else {
                throw .queue("InvalidAttributeName", "Unknown Attribute \(name).")
            }
            inert[name] = value
        }
    }

    private static func number(
        _ name: Text, _ value: Text, in range: ClosedRange<Int>
    ) throws(Refusal) -> Int {
        guard let number = Int(value.string), range.contains(number) else { throw bad(name, value) }
        return number
    }

    private static func truth(_ name: Text, _ value: Text) throws(Refusal) -> Bool {
        try choice(name, value, yes: "true", no: "false")
    }

    private static func choice(_ name: Text, _ value: Text, yes: Text, no: Text) throws(Refusal) -> Bool {
        guard value == yes || value == no else { throw bad(name, value) }
        return value == yes
    }

    private static func bad(_ name: Text, _ value: Text) -> Refusal {
        .queue("InvalidAttributeValue", "Invalid value for the parameter \(name).")
    }

    private static func redrive(_ text: Text) throws(Refusal) -> Redrive {
        let wrong = Refusal.invalidParameter(
            "RedrivePolicy", text.string,
            "Amazon SQS can't create the redrive "
                + "policy as it’s in an unsupported format.")
        var target: String?
        var count: Int?
        do throws(JSONError) {
            try JSONReader.read(Array(text.string.utf8)) { reader throws(JSONError) in
                try reader.object { name, reader throws(JSONError) in
                    switch name {
                    case "deadLetterTargetArn": target = try reader.string()
                    case "maxReceiveCount":
                        // Given as a number or as text, as everybody's templates differ.
                        if try reader.kind() == .string {
                            count = Int(try reader.string())
                        } else {
                            count = Int(try reader.integer())
                        }
                    default: throw reader.unknownMember()
                    }
                }
            }
        } catch {
            throw wrong
        }
        guard let target, let count else { throw wrong }
        guard 1...1_000 ~= count else {
            throw .invalidParameter(
                "RedrivePolicy", text.string,
                "Invalid value for maxReceiveCount: \(count), valid values are from 1 to 1000 both inclusive."
            )
        }
        return Redrive(targetARN: Text(target), maxReceiveCount: count)
    }
}
