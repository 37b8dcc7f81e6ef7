import JSON

/// DeleteMessage and ChangeMessageVisibility, alone and in batches.
extension QueueStore {
    func deleteMessage(_ body: UnsafeRawBufferPointer) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        let queue = try queue(request)
        try delete(request.single, in: queue)
        serve(queue)
        return QueueAnswer(body: Self.nothing)
    }

    func deleteMessageBatch(
        _ body: UnsafeRawBufferPointer, leavesOut: Bool = false
    ) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        let queue = try queue(request)
        var outcome = BatchOutcome<Void>()
        try outcome.addEach(of: Self.entries(request), butLast: leavesOut) { entry throws(Refusal) in
            try delete(entry, in: queue)
        }
        serve(queue)
        return QueueAnswer(body: outcome.answer { _, _ in })
    }

    func changeMessageVisibility(_ body: UnsafeRawBufferPointer) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        let queue = try queue(request)
        try changeVisibility(request.single, in: queue)
        serve(queue)
        return QueueAnswer(body: Self.nothing)
    }

    func changeMessageVisibilityBatch(
        _ body: UnsafeRawBufferPointer, leavesOut: Bool = false
    ) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        let queue = try queue(request)
        var outcome = BatchOutcome<Void>()
        try outcome.addEach(of: Self.entries(request), butLast: leavesOut) { entry throws(Refusal) in
            try changeVisibility(entry, in: queue)
        }
        serve(queue)
        return QueueAnswer(body: outcome.answer { _, _ in })
    }

    static let nothing = Array("{}".utf8)

    private func delete(_ entry: QueueRequest.Entry, in queue: FIFOQueue) throws(Refusal) {
        let (handle, text) = try self.handle(entry, in: queue)
        switch queue.standing(handle, nowMs: clock.nowMs) {
        case .current(let message): queue.delete(message)
        // Deleting twice is no error: a delete whose answer was lost is sent again.
        case .gone: return
        case .expired:
            throw .invalidParameter("ReceiptHandle", text, "The receipt handle has expired.")
        }
    }

    private func changeVisibility(_ entry: QueueRequest.Entry, in queue: FIFOQueue) throws(Refusal) {
        let (handle, text) = try self.handle(entry, in: queue)
        guard let seconds = entry.visibilitySeconds else { throw .missingParameter("VisibilityTimeout") }
        guard 0...43_200 ~= seconds else {
            throw .invalidParameter(
                "VisibilityTimeout", String(seconds), "VisibilityTimeout must be between 0 and 43200 seconds")
        }
        let nowMs = clock.nowMs
        let visibilityMs = Int64(seconds) * 1_000
        switch queue.standing(handle, nowMs: nowMs) {
        case .current(let message):
            guard nowMs + visibilityMs - message.receivedAtMs <= FIFOLimits.maxVisibilityMs else {
                throw .invalidParameter(
                    "VisibilityTimeout", String(seconds),
                    "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].")
            }
            queue.changeVisibility(of: message, toMs: visibilityMs, nowMs: nowMs)
        case .gone:
            throw .invalidParameter(
                "ReceiptHandle", text,
                "Message does not exist or is not available for visibility timeout change.")
        case .expired:
            throw .invalidParameter("ReceiptHandle", text, "The receipt handle has expired.")
        }
    }

    private func handle(
        _ entry: QueueRequest.Entry, in queue: FIFOQueue
    ) throws(Refusal) -> (ReceiptHandle, String) {
        guard let text = entry.handle else { throw .missingParameter("ReceiptHandle") }
        guard let handle = ReceiptHandle(text), handle.queue == queue.number else {
            throw .queue(
                "ReceiptHandleIsInvalid",
                "The input receipt handle \"\(text)\" is not a valid receipt handle.")
        }
        return (handle, text.string)
    }
}
