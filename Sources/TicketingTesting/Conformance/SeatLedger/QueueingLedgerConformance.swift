import Ticketing

/// What a ledger must do besides that shares its store with the queue: the message of an opened intent goes
/// into the queue in the same commit, and nothing else does.
package enum QueueingLedgerConformance {
    package struct Subject: Sendable {
        let ledger: any SeatLedger
        let queue: any OrderQueue

        package init(_ ledger: any SeatLedger, queue: any OrderQueue) {
            self.ledger = ledger
            self.queue = queue
        }
    }

    package typealias Check = ConformanceCheck<Subject>

    private static let start = SmallHall.opensAt
    private static let draft = IntentDraft("a", seats: ["A-1-1"], call: 1)

    package static let checks: [Check] = [
        Check("an opened intent is queued, once, in a group of its own") { subject in
            try requireEqual(await subject.opens(draft), .opened(isQueued: true), "the outcome")
            let received = try await subject.receives()
            try requireEqual(received.map(\.message), [.intent(draft.id)], "the queue")
            try requireEqual(received.map(\.group), [draft.id.text], "the group")
        },
        Check("the same call, a replay and a reused key queue nothing more") { subject in
            _ = try await subject.opens(draft)
            try requireEqual(await subject.opens(draft), .opened(isQueued: true), "the same call")
            let replay = try await subject.opens(IntentDraft("a", seats: ["A-1-1"], call: 2))
            try requireEqual(replay, .replayed(draft.intent, isQueued: true), "the replay")
            _ = try await subject.opens(IntentDraft("a", seats: ["A-1-2"], fingerprint: 2, call: 3))
            try requireEqual(await subject.receives().count, 1, "the number of messages")
        },
        Check("a refused intent is not queued") { subject in
            _ = try await subject.opens(draft)
            _ = try await subject.opens(IntentDraft("b", buyer: "ben", seats: ["A-1-1"]))
            _ = try await subject.opens(IntentDraft("c", seats: ["A-2-1", "A-2-2", "A-2-3", "A-2-4"]))
            try requireEqual(await subject.receives().map(\.message), [.intent(draft.id)], "the queue")
        },
        Check("one key 200 times in parallel queues one message") { subject in
            _ = try await inParallel(200) { number in
                try await subject.opens(IntentDraft("a", seats: ["A-1-1"], call: UInt64(number)))
            }
            try requireEqual(await subject.receives().map(\.message), [.intent(draft.id)], "the queue")
        },
        Check("the reconciler's message comes though the queue remembers the first") { subject in
            _ = try await subject.opens(draft)
            let first = try await subject.receives()
            _ = try await subject.queue.delete(first.map(\.receipt))
            _ = try await subject.queue.send([OutgoingMessage(intent: draft.id)])
            try requireEqual(await subject.receives(), [], "the queue after the first message again")
            _ = try await subject.queue.send([OutgoingMessage(intent: draft.id, requeueing: 1)])
            try requireEqual(await subject.receives().count, 1, "the number of messages after a requeueing")
        },
    ]
}

extension QueueingLedgerConformance.Subject {
    fileprivate func opens(_ draft: IntentDraft) async throws -> OpenOutcome {
        try await ledger.open(draft.intent, seatsPerBuyer: 4, now: draft.createdAt)
    }

    fileprivate func receives() async throws -> [ReceivedMessage] {
        try await queue.receive(max: 10, waitMs: 0, visibilityMs: 60_000)
    }
}
