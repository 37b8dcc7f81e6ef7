import Ticketing

extension OrderQueueConformance {
    static let visibility: [Check] = [
        Check("a message in flight comes again when its visibility ends, and counts the receives") {
            subject in
            try await subject.sends([message(1)])
            let first = try await subject.receivesOne()
            try await subject.receivesNone("it is in flight")
            try await subject.visibilityEnds()
            let second = try await subject.receivesOne()
            try requireEqual(second.id, first.id, "its id")
            try requireEqual(second.receiveCount, 2, "its receive count")
            try require(second.receipt != first.receipt, "both receives have the same receipt")
        },
        Check("a receipt is stale once the message was received again, and the newer one is good") {
            subject in
            try await subject.sends([message(1)])
            let first = try await subject.receivesOne()
            try await subject.visibilityEnds()
            let second = try await subject.receivesOne()
            let deleted = try await subject.queue.delete([first.receipt])
            try require(deleted.count == 1 && deleted[0].isStale, "the old receipt deleted: \(deleted)")
            let released = try await subject.queue.release([first.receipt])
            try require(released.count == 1 && released[0].isStale, "the old receipt released: \(released)")
            try await subject.receivesNone("the second receiver still has it")
            try await subject.deletes([second])
        },
        Check("a receipt is stale once its visibility has ended, and the message comes again") { subject in
            try await subject.sends([message(1)])
            let first = try await subject.receivesOne()
            try await subject.visibilityEnds()
            let deleted = try await subject.queue.delete([first.receipt])
            try require(deleted.count == 1 && deleted[0].isStale, "the ended receipt deleted: \(deleted)")
            let extended = try await subject.queue.extend([first.receipt], byMs: visibilityMs)
            try require(extended.count == 1 && extended[0].isStale, "the ended receipt extended: \(extended)")
            try requireEqual(await subject.receivesOne().receiveCount, 2, "its receive count")
        },
        Check("a receipt nobody was given is stale") { subject in
            let deleted = try await subject.queue.delete([ReceiptHandle("nobody.1")])
            try require(deleted.count == 1 && deleted[0].isStale, "it deleted: \(deleted)")
        },
        Check("a receipt deletes once") { subject in
            try await subject.sends([message(1)])
            let received = try await subject.receivesOne()
            try await subject.deletes([received])
            let again = try await subject.queue.delete([received.receipt])
            try require(again.count == 1 && !isFailure(again[0]), "the second delete failed: \(again)")
        },
        Check("long work extends the visibility, and its receipt stays good") { subject in
            try await subject.sends([message(1)])
            let received = try await subject.receivesOne()
            try await subject.passage(ms: visibilityMs / 2)
            let extended = try await subject.queue.extend([received.receipt], byMs: 2 * visibilityMs)
            try require(extended.allSatisfy(\.isDone), "not extended: \(extended)")
            try await subject.visibilityEnds()
            try await subject.receivesNone("it was extended")
            try await subject.deletes([received])
        },
        Check("a released message comes again at once, and the receive counts") { subject in
            try await subject.sends([message(1)])
            let received = try await subject.receivesOne()
            let released = try await subject.queue.release([received.receipt])
            try require(released.allSatisfy(\.isDone), "not released: \(released)")
            try requireEqual(await subject.receivesOne().receiveCount, 2, "its receive count")
        },
        Check("one stale receipt fails none of its neighbours, and results stand in order") { subject in
            try await subject.sends([message(1), message(2)])
            let received = try await subject.receives()
            try requireEqual(received.count, 2, "the number of messages")
            let results = try await subject.queue.delete([
                received[0].receipt, ReceiptHandle("nobody.1"), received[1].receipt,
            ])
            try requireEqual(results.map(\.isDone), [true, false, true], "what was deleted")
            try await subject.visibilityEnds()
            try await subject.receivesNone("both were deleted")
        },
    ]

    private static func isFailure(_ result: EntryResult) -> Bool {
        if case .failed = result { true } else { false }
    }
}
