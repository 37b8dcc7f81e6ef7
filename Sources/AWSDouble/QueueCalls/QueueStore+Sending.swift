import JSON

/// SendMessage and SendMessageBatch.
extension QueueStore {
    func sendMessage(_ body: UnsafeRawBufferPointer) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        let queue = try queue(request)
        let accepted = try send(request.single, to: queue)
        serve(queue)
        var writer = JSONWriter()
        writer.object { Self.write(accepted, to: &$0) }
        return QueueAnswer(
            body: writer.take(), billedRequests: Self.billed(bytes: request.single.body?.count ?? 0))
    }

    func sendMessageBatch(
        _ body: UnsafeRawBufferPointer, leavesOut: Bool = false
    ) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        let queue = try queue(request)
        let entries = try Self.entries(request)
        let bytes = entries.reduce(0) { $0 + ($1.body?.count ?? 0) }
        guard bytes <= FIFOLimits.batchBytes else {
            throw .queue(
                "BatchRequestTooLong",
                "Batch requests cannot be longer than \(FIFOLimits.batchBytes) bytes. You have sent "
                    + "\(bytes) bytes.", code: "AWS.SimpleQueueService.BatchRequestTooLong")
        }
        var outcome = BatchOutcome<FIFOQueue.Accepted>()
        outcome.addEach(of: entries, butLast: leavesOut) { entry throws(Refusal) in
            try send(entry, to: queue)
        }
        serve(queue)
        return QueueAnswer(
            body: outcome.answer { Self.write($0, to: &$1) }, billedRequests: Self.billed(bytes: bytes))
    }

    private func send(_ entry: QueueRequest.Entry, to queue: FIFOQueue) throws(Refusal) -> FIFOQueue.Accepted
    {
        guard let body = entry.body else { throw .missingParameter("MessageBody") }
        guard !entry.hasAttributes else { throw .queueUnsupported("message attributes") }
        guard !body.isEmpty else {
            throw .invalidParameter("The request must contain the parameter MessageBody.")
        }
        guard body.count <= queue.settings.maxMessageBytes else {
            throw .invalidParameter(
                "One or more parameters are invalid. Reason: Message must be shorter than "
                    + "\(queue.settings.maxMessageBytes) bytes.")
        }
        guard MessageText.isAllowed(body) else {
            throw .queue(
                "InvalidMessageContents",
                "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | "
                    + "#xE000 to #xFFFD | #x10000 to #x10FFFF")
        }
        guard let group = entry.group else { throw .missingParameter("MessageGroupId") }
        try Self.checkID(group, "MessageGroupId")
        guard (entry.delaySeconds ?? 0) == 0 else {
            throw .invalidParameter(
                "DelaySeconds", String(entry.delaySeconds ?? 0),
                "The request include parameter that is not valid for this queue type.")
        }
        if let dedupID = entry.dedupID {
            try Self.checkID(dedupID, "MessageDeduplicationId")
            return queue.send(body: body, group: group, dedupID: dedupID, nowMs: clock.nowMs)
        }
        guard queue.settings.dedupsByContent else {
            throw .invalidParameter(
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
                    + "provided explicitly")
        }
        return queue.send(body: body, group: group, dedupID: contentDigest(body), nowMs: clock.nowMs)
    }

    private static func checkID(_ id: Text, _ name: String) throws(Refusal) {
        guard 1...128 ~= id.count, id.string.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw .invalidParameter(
                name, id.string,
                "\(name) can only include alphanumeric and punctuation characters. 1 to 128 in length.")
        }
    }

    private static func write(_ accepted: FIFOQueue.Accepted, to writer: inout JSONWriter) {
        writer.member("MD5OfMessageBody", accepted.bodyMD5)
        writer.member("MessageId", accepted.messageID)
        writer.member("SequenceNumber", String(accepted.sequence))
    }

    static func billed(bytes: Int) -> Int { max((bytes + 65_535) / 65_536, 1) }
}

/// The characters that a message may have: those of XML 1.0.
enum MessageText {
    static func isAllowed(_ text: Text) -> Bool {
        text.withBytes { bytes in
            for (index, byte) in bytes.enumerated() {
                if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D { return false }
                // U+FFFE and U+FFFF are written EF BF BE and EF BF BF.
                guard byte == 0xEF, index + 2 < bytes.count, bytes[index + 1] == 0xBF else { continue }
                if bytes[index + 2] >= 0xBE { return false }
            }
            return true
        }
    }
}
