import Ticketing

/// What every order queue must do.
package enum OrderQueueConformance {
    /// A queue with the way its time passes.
    package struct Subject: Sendable {
        let queue: any OrderQueue
        let passage: Passage

        package init(_ queue: any OrderQueue, passage: Passage) {
            self.queue = queue
            self.passage = passage
        }
    }

    package typealias Check = ConformanceCheck<Subject>

    /// Without the five minutes of deduplication, which a real server makes one wait for.
    package static let quickChecks: [Check] = delivery + groups + visibility + death + counting

    package static let checks: [Check] = quickChecks + deduplication

    /// Long enough for a slow machine and short enough to wait for.
    static let visibilityMs = 2000

    static func intent(_ number: Int) -> IntentID { .named("pi_q\(SeatLedgerConformance.letters(number))") }

    static func message(_ number: Int) -> OutgoingMessage { OutgoingMessage(intent: intent(number)) }

    static func probe(_ text: String, group: String, deduplicationID: String? = nil) -> OutgoingMessage {
        OutgoingMessage(.probe(text), group: group, deduplicationID: deduplicationID ?? text)
    }
}

extension OrderQueueConformance.Subject {
    func sends(
        _ messages: [OutgoingMessage], fileID: String = #fileID, line: Int = #line
    ) async throws {
        for start in stride(from: 0, to: messages.count, by: queue.maxBatch) {
            let batch = Array(messages[start..<min(start + queue.maxBatch, messages.count)])
            let results = try await queue.send(batch)
            try requireEqual(results.count, batch.count, "the number of results", fileID: fileID, line: line)
            try require(
                results.allSatisfy(\.isDone), "not all was sent: \(results)", fileID: fileID, line: line)
        }
    }

    func receives(max: Int = 10, waitMs: Int = 0) async throws -> [ReceivedMessage] {
        try await queue.receive(
            max: max, waitMs: waitMs, visibilityMs: OrderQueueConformance.visibilityMs)
    }

    func receivesOne(fileID: String = #fileID, line: Int = #line) async throws -> ReceivedMessage {
        let received = try await receives()
        try requireEqual(received.count, 1, "the number of messages", fileID: fileID, line: line)
        return received[0]
    }

    func receivesNone(
        _ why: String, fileID: String = #fileID, line: Int = #line
    ) async throws {
        let received = try await receives()
        try require(received.isEmpty, "\(why), yet \(received) came", fileID: fileID, line: line)
    }

    func deletes(_ messages: [ReceivedMessage], fileID: String = #fileID, line: Int = #line) async throws {
        let results = try await queue.delete(messages.map(\.receipt))
        try require(
            results.count == messages.count && results.allSatisfy(\.isDone), "not deleted: \(results)",
            fileID: fileID, line: line)
    }

    /// Beyond the visibility that `receives` asks for.
    func visibilityEnds() async throws {
        try await passage(ms: OrderQueueConformance.visibilityMs)
    }
}

extension EntryResult {
    var isStale: Bool {
        if case .stale = self { true } else { false }
    }
}
