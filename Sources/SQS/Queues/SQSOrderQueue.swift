import AWSCalls
import EventLoop
import JSON
import Synchronization
import Ticketing

/// The order queue on an SQS FIFO queue and its dead-letter queue.
///
/// Any loop and any thread may use it. On a loop that is attached to `calls`, messages of requests that run at the same
/// time leave in one call; from elsewhere each send is a call of its own.
package final class SQSOrderQueue: OrderQueue {
    package let maxBatch = 10
    package let maxReceiveCount: Int
    private let calls: AWSCalls
    private let queueURL: String
    private let deadQueueURL: String
    private let desks = Mutex<[LoopBound<SendDesk>]>([])
    private let lostReceives = LostReceives()
    private let age = QueueAge()

    /// `maxReceiveCount` is the one of the queue's redrive policy; `SQSQueues.open` reads it.
    package init(queueURL: String, deadQueueURL: String, maxReceiveCount: Int, calls: AWSCalls) {
        self.queueURL = queueURL
        self.deadQueueURL = deadQueueURL
        self.maxReceiveCount = maxReceiveCount
        self.calls = calls
    }

    // MARK: Sending

    package func send(_ messages: [OutgoingMessage]) async throws(PortError) -> [EntryResult] {
        guard try !isEmptyBatch(messages.count) else { return [] }
        guard let loop = calls.currentLoop else {
            return try await BatchCall(queueURL: queueURL, calls: calls).send(messages)
        }
        // An entry's envelope, and its text with room for escapes.
        let bytes = messages.reduce(0) { $0 + 400 + 2 * Self.textBytes(of: $1.message) }
        return try await desk(on: loop).value.send(messages, bytes: bytes)
    }

    private static func textBytes(of message: OrderMessage) -> Int {
        switch message {
        case .intent: 64
        case .probe(let text), .unreadable(let text): text.utf8.count
        }
    }

    private func desk(on loop: EventLoop) -> LoopBound<SendDesk> {
        if let desk = desks.withLock({ $0.first { $0.loop === loop } }) { return desk }
        let desk = LoopBound(
            SendDesk(loop: loop, call: BatchCall(queueURL: queueURL, calls: calls)), on: loop)
        desks.withLock { $0.append(desk) }
        return desk
    }

    // MARK: Receiving

    package func receive(
        max: Int, waitMs: Int, visibilityMs: Int
    ) async throws(PortError) -> [ReceivedMessage] {
        let limit = min(max, maxBatch)
        guard limit > 0 else { return [] }
        let flight = ReceiveInFlight()
        // A task of its own: the call goes on when whoever waits for it leaves, and what it then gets goes back.
        _ = Task(executorPreference: calls.currentLoop) {
            let answer = await self.answer(max: limit, waitMs: waitMs, visibilityMs: visibilityMs)
            guard !flight.end(answer), case .success(let messages) = answer, !messages.isEmpty else { return }
            _ = try? await self.release(messages.map(\.receipt))
        }
        let received = try await flight.answer().get()
        age.sawMessages(received)
        return received
    }

    private func answer(max: Int, waitMs: Int, visibilityMs: Int) async -> ReceiveInFlight.Answer {
        do throws(PortError) {
            return .success(
                try await receive(
                    from: queueURL, max: max, waitMs: waitMs, visibilityMs: visibilityMs, lost: lostReceives))
        } catch {
            return .failure(error)
        }
    }

    package func delete(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        guard try !isEmptyBatch(receipts.count) else { return [] }
        return try await BatchCall(queueURL: queueURL, calls: calls).delete(receipts)
    }

    package func changeVisibility(_ changes: [VisibilityChange]) async throws(PortError) -> [EntryResult] {
        guard try !isEmptyBatch(changes.count) else { return [] }
        return try await BatchCall(queueURL: queueURL, calls: calls).changeVisibility(changes)
    }

    // MARK: The dead

    package func takeDead(max: Int, visibilityMs: Int) async throws(PortError) -> [ReceivedMessage] {
        let limit = min(max, maxBatch)
        guard limit > 0 else { return [] }
        let received = try await receive(
            from: deadQueueURL, max: limit, waitMs: 0, visibilityMs: visibilityMs, lost: nil)
        // The dead-letter queue counts its own receives.
        return received.map { message in
            ReceivedMessage(
                id: message.id, message: message.message, group: message.group, receipt: message.receipt,
                receiveCount: Swift.max(message.receiveCount, maxReceiveCount), sentAt: message.sentAt)
        }
    }

    package func deleteDead(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        guard try !isEmptyBatch(receipts.count) else { return [] }
        return try await BatchCall(queueURL: deadQueueURL, calls: calls).delete(receipts)
    }

    // MARK: Counting

    package func stats() async throws(PortError) -> QueueStats {
        let queue = try await SQSQueues.attributes(of: queueURL, calls: calls)
        let dead = try await SQSQueues.attributes(of: deadQueueURL, calls: calls)
        let now = calls.clock.now()
        let isEmpty = queue.visible + queue.inFlight == 0
        if isEmpty { age.sawEmpty(at: now) }
        return QueueStats(
            visible: queue.visible, inFlight: queue.inFlight, dead: dead.visible + dead.inFlight,
            oldestAgeMs: isEmpty ? nil : age.ageMs(at: now))
    }

    // MARK: Parts

    private func receive(
        from url: String, max: Int, waitMs: Int, visibilityMs: Int, lost: LostReceives?
    ) async throws(PortError) -> [ReceivedMessage] {
        let attempt =
            lost?.take(max: max, visibilityMs: visibilityMs, at: calls.clock.now())
            ?? LostReceives.Attempt(
                id: calls.randomness.attempt(at: calls.clock.now()).text, max: max, visibilityMs: visibilityMs
            )
        let waitSeconds = min(20, (Swift.max(0, waitMs) + 999) / 1000)
        var writer = JSONWriter(capacity: 512)
        writer.object { writer in
            writer.member("QueueUrl", url)
            writer.member("MaxNumberOfMessages", max)
            writer.member("WaitTimeSeconds", waitSeconds)
            writer.member("VisibilityTimeout", BatchCall.seconds(visibilityMs))
            writer.member("ReceiveRequestAttemptId", attempt.id)
            writer.array("AttributeNames") { writer in
                for name in ["ApproximateReceiveCount", "SentTimestamp", "MessageGroupId"] {
                    writer.element(name)
                }
            }
        }
        // A try lasts as long as the wait, and a lost answer is asked for again with the same id, by the same retry.
        let request = AWSRequest(
            .sqs, "ReceiveMessage", body: writer.take(), timeoutMs: 2 * (waitSeconds * 1000) + 8000,
            attemptTimeoutMs: waitSeconds * 1000 + 3000)
        do throws(AWSError) {
            return try await calls.call(request) { reader throws(JSONError) in
                try ReceivedBatch.read(&reader)
            }
        } catch {
            if error.mayHaveHappened { lost?.note(attempt, at: calls.clock.now()) }
            throw PortError(error, doing: "receiving messages")
        }
    }

    private func isEmptyBatch(_ count: Int) throws(PortError) -> Bool {
        guard count <= maxBatch else {
            throw PortError(.rejected, "a batch may have \(maxBatch) entries and this one has \(count)")
        }
        return count == 0
    }
}
