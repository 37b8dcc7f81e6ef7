import Ticketing

extension OrderQueueConformance {
    private static let windowMs = 300_000

    static let deduplication: [Check] = [
        Check("the same message again within five minutes is taken and dropped") { subject in
            try await subject.sends([message(1), message(1)])
            try await subject.sends([message(1)])
            let received = try await subject.receivesOne()
            try await subject.deletes([received])
            try await subject.passage(ms: windowMs - 5 * visibilityMs)
            try await subject.sends([message(1)])
            try await subject.receivesNone("the queue still remembers the first, though it is deleted")
        },
        Check("after five minutes the same message is a new one") { subject in
            try await subject.sends([message(1)])
            try await subject.deletes([subject.receivesOne()])
            try await subject.passage(ms: windowMs + 1000)
            try await subject.sends([message(1)])
            try requireEqual(await subject.receivesOne().receiveCount, 1, "its receive count")
        },
        Check("a message that is queued again under a counter comes, though the first is remembered") {
            subject in
            try await subject.sends([message(1)])
            try await subject.deletes([subject.receivesOne()])
            try await subject.sends([OutgoingMessage(intent: intent(1), requeueing: 1)])
            try requireEqual(await subject.receivesOne().message, .intent(intent(1)), "what came")
        },
        Check("each group remembers for itself") { subject in
            try await subject.sends([
                probe("a", group: "g1", deduplicationID: "same"),
                probe("b", group: "g2", deduplicationID: "same"),
            ])
            try requireEqual(await subject.receives().count, 2, "the number of messages")
        },
        Check("of 20 parallel sends of one message one counts") { subject in
            _ = try await inParallel(20) { _ in try await subject.sends([message(1)]) }
            _ = try await subject.receivesOne()
        },
    ]
}
