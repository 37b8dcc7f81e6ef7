import Ticketing

extension OrderQueueConformance {
    static let death: [Check] = [
        Check("a message received too often is dead: it never comes again, and its group goes on") {
            subject in
            try await subject.sends([probe("bad", group: "g"), probe("good", group: "g")])
            for count in 1...subject.queue.maxReceiveCount {
                let received = try await subject.receives(max: 1)
                try requireEqual(received.map(\.message), [.probe("bad")], "receive \(count)")
                _ = try await subject.queue.release(received.map(\.receipt))
            }
            try requireEqual(
                await subject.receives(max: 1).map(\.message), [.probe("good")], "what came then")
            try requireEqual(await subject.queue.stats().dead, 1, "the number of dead messages")
        },
        Check("a dead message is taken by one at a time, with its count, and deleted for good") { subject in
            try await subject.kills(message(1))
            let taken = try await subject.takes()
            try requireEqual(taken.map(\.message), [.intent(intent(1))], "what was taken")
            try require(
                taken.allSatisfy { $0.receiveCount >= subject.queue.maxReceiveCount }, "its count is \(taken)"
            )
            try requireEqual(await subject.takes(), [], "what a second one takes")
            let deleted = try await subject.queue.deleteDead(taken.map(\.receipt))
            try require(deleted.count == 1 && deleted[0].isDone, "not deleted: \(deleted)")
            try await subject.visibilityEnds()
            try requireEqual(await subject.takes(), [], "what is taken later")
            try requireEqual(await subject.queue.stats().dead, 0, "the number of dead messages")
        },
        Check("a dead message that was taken and not deleted is taken again") { subject in
            try await subject.kills(message(1))
            let first = try await subject.takes()
            try await subject.visibilityEnds()
            let second = try await subject.takes()
            try requireEqual(second.map(\.id), first.map(\.id), "what is taken again")
            let stale = try await subject.queue.deleteDead(first.map(\.receipt))
            try require(stale.count == 1 && stale[0].isStale, "the old receipt deleted: \(stale)")
        },
    ]
}

extension OrderQueueConformance.Subject {
    fileprivate func kills(_ message: OutgoingMessage) async throws {
        try await sends([message])
        for _ in 1...queue.maxReceiveCount {
            _ = try await queue.release(receives(max: 1).map(\.receipt))
        }
        try await receivesNone("it was received \(queue.maxReceiveCount) times")
    }

    fileprivate func takes() async throws -> [ReceivedMessage] {
        try await queue.takeDead(max: 10, visibilityMs: OrderQueueConformance.visibilityMs)
    }
}
