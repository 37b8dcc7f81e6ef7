/// A queue as GetQueueAttributes shows it.
enum QueueDescription {
    /// Known names that a queue may be without.
    static let optional: Set<String> = [
        "Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds",
        "SqsManagedSseEnabled",
    ]

    static func attributes(of queue: FIFOQueue) -> [(Text, String)] {
        let settings = queue.settings
        var attributes: [(Text, String)] = [
            ("QueueArn", queue.arn.string),
            ("ApproximateNumberOfMessages", String(queue.waitingCount)),
            ("ApproximateNumberOfMessagesNotVisible", String(queue.inFlightCount)),
            ("ApproximateNumberOfMessagesDelayed", "0"),
            ("CreatedTimestamp", String(queue.createdAtMs / 1_000)),
            ("LastModifiedTimestamp", String(queue.modifiedAtMs / 1_000)),
            ("VisibilityTimeout", String(settings.visibilityTimeoutSeconds)),
            ("MaximumMessageSize", String(settings.maxMessageBytes)),
            ("MessageRetentionPeriod", String(settings.retentionSeconds)),
            ("DelaySeconds", "0"),
            ("ReceiveMessageWaitTimeSeconds", String(settings.receiveWaitSeconds)),
            ("FifoQueue", "true"),
            ("ContentBasedDeduplication", settings.dedupsByContent ? "true" : "false"),
            ("DeduplicationScope", settings.dedupsByGroup ? "messageGroup" : "queue"),
            ("FifoThroughputLimit", settings.limitsByGroup ? "perMessageGroupId" : "perQueue"),
        ]
        if let redrive = settings.redrive {
            attributes.append(
                (
                    "RedrivePolicy",
                    "{\"deadLetterTargetArn\":\"\(redrive.targetARN)\",\"maxReceiveCount\":"
                        + "\(redrive.maxReceiveCount)}"
                ))
        }
        attributes += settings.inert.sorted { $0.key < $1.key }.map { ($0.key, $0.value.string) }
        return attributes
    }
}
