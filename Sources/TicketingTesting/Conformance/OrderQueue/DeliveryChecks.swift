import Synchronization
import Ticketing

extension OrderQueueConformance {
    static let delivery: [Check] = [
        Check("a message comes with what was sent, and says that it comes the first time") { subject in
            try await subject.sends([message(1)])
            let received = try await subject.receivesOne()
            try requireEqual(received.message, .intent(intent(1)), "the message")
            try requireEqual(received.group, intent(1).text, "its group")
            try requireEqual(received.receiveCount, 1, "its receive count")
            try require(!received.id.isEmpty, "it has no id")
        },
        Check("probes and unreadable bodies come through as they are") { subject in
            let body = "{\"v\":9,\"kind\":\"?\"} \u{1F3AB}"
            try await subject.sends([
                probe("hello", group: "g1"),
                OutgoingMessage(.unreadable(body), group: "g2", deduplicationID: "d2"),
            ])
            let received = try await subject.receives()
            try requireEqual(
                Set(received.map(\.message)), [.probe("hello"), .unreadable(body)], "the messages")
        },
        Check("an empty queue gives nothing") { subject in
            try await subject.receivesNone("nothing was sent")
        },
        Check("no more messages come than were asked for") { subject in
            try await subject.sends((0..<5).map(message))
            try requireEqual(await subject.receives(max: 2).count, 2, "the number of messages")
        },
        Check("a deleted message never comes again") { subject in
            try await subject.sends([message(1)])
            try await subject.deletes([subject.receivesOne()])
            try await subject.visibilityEnds()
            try await subject.receivesNone("it was deleted")
        },
        Check("20 parallel receivers get each of 200 messages exactly once") { subject in
            try await subject.sends((0..<200).map(message))
            let batches = try await inParallel(20) { _ in
                var ids: [String] = []
                while true {
                    let received = try await subject.queue.receive(max: 10, waitMs: 0, visibilityMs: 60_000)
                    guard !received.isEmpty else { return ids }
                    ids += received.map(\.id)
                    try await subject.deletes(received)
                }
            }
            let ids = batches.flatMap { $0 }
            try requireEqual(ids.count, 200, "the number of receives")
            try requireEqual(Set(ids).count, 200, "the number of messages")
        },
        Check("a batch longer than the queue takes is thrown back") { subject in
            do throws(PortError) {
                _ = try await subject.queue.send((0...subject.queue.maxBatch).map(message))
                throw PortError(.corrupt, "it was taken")
            } catch {
                try requireEqual(error.code, .rejected, "the error \(error)")
            }
            try await subject.receivesNone("the batch was thrown back")
        },
        Check("who waits gets a message that is sent meanwhile") { subject in
            let wait = Wait()
            async let waiting = wait.runs { try await subject.receives(waitMs: 20_000) }
            try await subject.sends([message(1)])
            try await subject.passes(until: wait)
            try requireEqual(await waiting.map(\.message), [.intent(intent(1))], "what came")
        },
        Check("who waits in vain gets nothing when the wait is over") { subject in
            let wait = Wait()
            async let waiting = wait.runs { try await subject.receives(waitMs: 1000) }
            try await subject.passes(until: wait)
            try requireEqual(await waiting, [], "what came")
        },
    ]
}

/// Tells the task that moves the time when the one that waits has come to its end.
private final class Wait: Sendable {
    private let ended = Atomic(false)

    var hasEnded: Bool { ended.load(ordering: .acquiring) }

    func runs<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
        defer { ended.store(true, ordering: .releasing) }
        return try await operation()
    }
}

extension OrderQueueConformance.Subject {
    /// Lets time pass in small steps. The limit keeps an adapter that never comes back from running for ever.
    fileprivate func passes(until wait: Wait) async throws {
        for _ in 0..<20_000 where !wait.hasEnded {
            try await passage(ms: 10)
            await Task.yield()
        }
        try require(wait.hasEnded, "the wait never ended")
    }
}
