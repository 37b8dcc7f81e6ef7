import AWSCalls
import JSON
import Ticketing

/// The queues themselves: found for a service, made for tests and for trying things out. In AWS a template makes them.
package enum SQSQueues {
    private static let deadRetentionSeconds = 14 * 86_400

    /// The queue at this URL, with the dead-letter queue that its redrive policy names.
    package static func open(_ queueURL: String, calls: AWSCalls) async throws(PortError) -> SQSOrderQueue {
        let policy = try await attributes(of: queueURL, calls: calls).redrivePolicy()
        guard let name = policy.deadQueueARN.split(separator: ":").last else {
            throw PortError(.corrupt, "the dead-letter queue has the name `\(policy.deadQueueARN)`")
        }
        let deadQueueURL = try await url(
            "GetQueueUrl", calls: calls, doing: "looking for the dead-letter queue \(name)"
        ) { $0.member("QueueName", String(name)) }
        return SQSOrderQueue(
            queueURL: queueURL, deadQueueURL: deadQueueURL, maxReceiveCount: policy.maxReceiveCount,
            calls: calls)
    }

    /// Makes `NAME.fifo` and `NAME-dead.fifo` where they are not there, and gives the first one's URL. Safe to call
    /// again.
    package static func create(
        _ name: String, maxReceiveCount: Int = 20, calls: AWSCalls
    ) async throws(PortError) -> String {
        let deadURL = try await create("\(name)-dead.fifo", calls) { writer in
            writer.member("MessageRetentionPeriod", String(deadRetentionSeconds))
        }
        guard let arn = try await attributes(of: deadURL, calls: calls)["QueueArn"] else {
            throw PortError(.corrupt, "the queue \(deadURL) does not say its ARN")
        }
        var policy = JSONWriter()
        policy.object { writer in
            writer.member("deadLetterTargetArn", arn)
            writer.member("maxReceiveCount", maxReceiveCount)
        }
        let text = String(decoding: policy.bytes, as: UTF8.self)
        return try await create("\(name).fifo", calls) { $0.member("RedrivePolicy", text) }
    }

    private static func create(
        _ name: String, _ calls: AWSCalls, _ write: (inout JSONWriter) -> Void
    ) async throws(PortError) -> String {
        try await url("CreateQueue", calls: calls, doing: "creating queue \(name)") { writer in
            writer.member("QueueName", name)
            writer.object("Attributes") { writer in
                writer.member("FifoQueue", "true" as StaticString)
                // Without these two a queue takes 300 calls a second, whatever is paid.
                writer.member("DeduplicationScope", "messageGroup" as StaticString)
                writer.member("FifoThroughputLimit", "perMessageGroupId" as StaticString)
                writer.member("SqsManagedSseEnabled", "true" as StaticString)
                write(&writer)
            }
        }
    }

    static func attributes(of url: String, calls: AWSCalls) async throws(PortError) -> QueueAttributes {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("QueueUrl", url)
            writer.array("AttributeNames") { $0.element("All") }
        }
        do throws(AWSError) {
            return try await calls.call(AWSRequest(.sqs, "GetQueueAttributes", body: writer.take())) {
                reader throws(JSONError) in try QueueAttributes(&reader)
            }
        } catch {
            throw PortError(error, doing: "looking at queue \(url)", isRead: true)
        }
    }

    private static func url(
        _ operation: StaticString, calls: AWSCalls, doing work: @autoclosure () -> String,
        _ write: (inout JSONWriter) -> Void
    ) async throws(PortError) -> String {
        var writer = JSONWriter()
        writer.object { write(&$0) }
        do throws(AWSError) {
            return try await calls.call(AWSRequest(.sqs, operation, body: writer.take())) {
                reader throws(JSONError) in
                var url: String?
                try reader.object { name, reader throws(JSONError) in
                    if name == "QueueUrl" { url = try reader.string() } else { try reader.skip() }
                }
                guard let url else { throw reader.missingMember("QueueUrl") }
                return url
            }
        } catch {
            throw PortError(error, doing: work())
        }
    }
}
