import Ticketing

extension OrderQueueConformance {
    static let counting: [Check] = [
        Check("what waits and what is in flight is counted") { subject in
            try await subject.sends((0..<5).map(message))
            _ = try await subject.receives(max: 2)
            let stats = try await subject.queue.stats()
            try requireEqual(stats.visible, 3, "the number that waits")
            try requireEqual(stats.inFlight, 2, "the number in flight")
            try requireEqual(stats.dead, 0, "the number of dead messages")
        },
        Check("the age of the oldest message grows, and an empty queue has none") { subject in
            try requireEqual(await subject.queue.stats().oldestAgeMs, nil, "the age in an empty queue")
            try await subject.sends([message(1)])
            try await subject.passage(ms: 1500)
            let age = try requireSome(await subject.queue.stats().oldestAgeMs, "age")
            try require(age >= 1000, "the age is \(age) ms")
        },
        Check("a message says when it was sent, at every receive the same") { subject in
            try await subject.sends([message(1)])
            let first = try await subject.receivesOne()
            try await subject.visibilityEnds()
            try requireEqual(await subject.receivesOne().sentAt, first.sentAt, "the moment")
        },
    ]
}
