import JSON

/// ReceiveMessage, at once or after a wait.
extension QueueStore {
    enum ReceiveOutcome {
        case answer(QueueAnswer)
        /// Nothing is there and the caller wants to wait for something.
        case wait(ReceiveWaiter)
    }

    func receiveMessage(_ body: UnsafeRawBufferPointer) throws(Refusal) -> ReceiveOutcome {
        let request = try QueueRequest.parse(body)
        let queue = try queue(request)
        let wanted = try receiveRequest(request, queue)
        let waitSeconds = request.waitSeconds ?? queue.settings.receiveWaitSeconds
        guard 0...20 ~= waitSeconds else {
            throw .invalidParameter(
                "WaitTimeSeconds", String(waitSeconds), "Must be >= 0 and <= 20, if provided.")
        }
        // Who waits already comes first.
        let received = queue.waiters.isEmpty ? receive(wanted, from: queue) : []
        guard received.isEmpty, waitSeconds > 0 else {
            return .answer(Self.answer(received, wanted))
        }
        let waiter = ReceiveWaiter(wanted, untilMs: clock.nowMs + Int64(waitSeconds) * 1_000)
        queue.waiters.append(waiter)
        serve(queue)
        return .wait(waiter)
    }

    private func receiveRequest(
        _ request: QueueRequest, _ queue: FIFOQueue
    ) throws(Refusal) -> ReceiveRequest {
        let limit = request.maxMessages ?? 1
        guard 1...10 ~= limit else {
            throw .invalidParameter(
                "MaxNumberOfMessages", String(limit), "Must be between 1 and 10, if provided.")
        }
        let visibility = request.single.visibilitySeconds ?? queue.settings.visibilityTimeoutSeconds
        guard 0...43_200 ~= visibility else {
            throw .invalidParameter(
                "VisibilityTimeout", String(visibility), "Must be >= 0 and <= 43200, if provided.")
        }
        if let attempt = request.attempt {
            guard 1...128 ~= attempt.count, attempt.string.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
                throw .invalidParameter(
                    "ReceiveRequestAttemptId", attempt.string,
                    "ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 "
                        + "in length.")
            }
        }
        return ReceiveRequest(
            limit: limit, visibilityMs: Int64(visibility) * 1_000, attempt: request.attempt,
            inFlightLimit: inFlightLimit, attributes: Set(request.attributeNames.map(\.string)))
    }

    static func answer(_ received: [ReceivedMessage], _ request: ReceiveRequest) -> QueueAnswer {
        let bytes = received.reduce(0) { $0 + $1.message.body.count }
        var writer = JSONWriter(capacity: 512 + bytes)
        writer.object { writer in
            guard !received.isEmpty else { return }
            writer.array("Messages") { writer in
                for one in received { writer.object { write(one, request.attributes, to: &$0) } }
            }
        }
        return QueueAnswer(body: writer.take(), billedRequests: billed(bytes: bytes))
    }

    private static func write(
        _ received: ReceivedMessage, _ wanted: Set<String>, to writer: inout JSONWriter
    ) {
        let message = received.message
        writer.member("MessageId", message.id)
        writer.member("ReceiptHandle", received.handle.text)
        writer.member("MD5OfBody", message.bodyMD5)
        message.body.withBytes { writer.member("Body", text: $0) }
        guard !wanted.isEmpty else { return }
        let all = wanted.contains("All")
        writer.object("Attributes") { writer in
            func member(_ name: StaticString, _ value: @autoclosure () -> String) {
                guard all || wanted.contains(name.description) else { return }
                writer.member(name, value())
            }
            member("SenderId", AWSPlace.account)
            member("SentTimestamp", String(message.sentAtMs))
            member("ApproximateReceiveCount", String(received.receiveCount))
            member("ApproximateFirstReceiveTimestamp", String(message.firstReceivedAtMs))
            member("SequenceNumber", String(message.sequence))
            member("MessageDeduplicationId", message.dedupID.string)
            member("MessageGroupId", message.group.string)
            if let source = message.deadLetterSource { member("DeadLetterQueueSourceArn", source.string) }
        }
    }
}
