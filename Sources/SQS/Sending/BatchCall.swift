import AWSCalls
import JSON
import Ticketing

/// Calls with several entries.
struct BatchCall: Sendable {
    private static let maxRounds = 3

    let queueURL: String
    let calls: AWSCalls

    /// At most ten. An entry that the service could not take just now is tried again, unless another of its group stands
    /// in the batch: sent later it might come before the one it has to follow.
    func send(_ messages: [OutgoingMessage]) async throws(PortError) -> [EntryResult] {
        var results = try await sendOnce(messages)
        var groups: [String: Int] = [:]
        for message in messages { groups[message.group, default: 0] += 1 }
        for round in 1..<Self.maxRounds {
            let again = messages.indices.filter { index in
                guard case .failed(let error) = results[index], groups[messages[index].group] == 1 else {
                    return false
                }
                return error.isRetryable
            }
            guard !again.isEmpty else { break }
            let isThrottled = again.contains { index in
                guard case .failed(let error) = results[index] else { return false }
                return error.code == .throttled
            }
            // Without a retry left each keeps the error that the service gave for it.
            guard await calls.pauseBeforeRetry(afterAttempt: round, isThrottled: isThrottled) else { break }
            let tried = try? await sendOnce(again.map { messages[$0] })
            guard let tried else { break }
            for (place, index) in again.enumerated() { results[index] = tried[place] }
        }
        return results
    }

    private func sendOnce(_ messages: [OutgoingMessage]) async throws(PortError) -> [EntryResult] {
        try await batch("SendMessageBatch", count: messages.count, doing: "sending messages") {
            place, writer in
            let message = messages[place]
            writer.member("MessageBody", MessageBody.text(message.message))
            writer.member("MessageGroupId", message.group)
            writer.member("MessageDeduplicationId", message.deduplicationID)
        }
    }

    func delete(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        try await batch("DeleteMessageBatch", count: receipts.count, doing: "deleting messages") {
            place, writer in
            writer.member("ReceiptHandle", receipts[place].text)
        }
    }

    func changeVisibility(_ changes: [VisibilityChange]) async throws(PortError) -> [EntryResult] {
        try await batch(
            "ChangeMessageVisibilityBatch", count: changes.count, doing: "changing the visibility of messages"
        ) { place, writer in
            writer.member("ReceiptHandle", changes[place].receipt.text)
            writer.member("VisibilityTimeout", Self.seconds(changes[place].visibilityMs))
        }
    }

    /// Rounded up: a message must not come back before its time. Twelve hours are the longest there is.
    static func seconds(_ milliseconds: Int) -> Int { min(43_200, (max(0, milliseconds) + 999) / 1000) }

    private func batch(
        _ operation: StaticString, count: Int, doing work: String,
        _ write: (Int, inout JSONWriter) -> Void
    ) async throws(PortError) -> [EntryResult] {
        var writer = JSONWriter(capacity: 256 + 300 * count)
        writer.object { writer in
            writer.member("QueueUrl", queueURL)
            writer.array("Entries") { writer in
                for place in 0..<count {
                    writer.object { writer in
                        writer.member("Id", String(place))
                        write(place, &writer)
                    }
                }
            }
        }
        do throws(AWSError) {
            let answer = try await calls.call(AWSRequest(.sqs, operation, body: writer.take())) {
                reader throws(JSONError) in try BatchAnswer(&reader, count: count)
            }
            return (0..<count).map { answer.result($0, doing: work) }
        } catch {
            throw PortError(error, doing: work)
        }
    }
}
