import Ticketing

extension OrderQueueConformance {
    static let groups: [Check] = [
        Check("messages of one group come in the order they were sent") { subject in
            try await subject.sends((0..<8).map { probe("p\($0)", group: "g") })
            var texts: [OrderMessage] = []
            for _ in 0..<8 {
                let received = try await subject.receives()
                if received.isEmpty { break }
                texts += received.map(\.message)
                try await subject.deletes(received)
            }
            try requireEqual(texts, (0..<8).map { .probe("p\($0)") }, "the order")
        },
        Check("a message waits while an earlier one of its group is in flight") { subject in
            try await subject.sends([probe("first", group: "g"), probe("second", group: "g")])
            let first = try await subject.receives(max: 1)
            try requireEqual(first.map(\.message), [.probe("first")], "what came first")
            try await subject.receivesNone("the first is in flight")
            try await subject.deletes(first)
            try requireEqual(await subject.receivesOne().message, .probe("second"), "what came second")
        },
        Check("a message waits while an earlier one of its group is put off") { subject in
            try await subject.sends([probe("first", group: "g"), probe("second", group: "g")])
            let first = try await subject.receives(max: 1)
            _ = try await subject.queue.extend(first.map(\.receipt), byMs: 3 * visibilityMs)
            try await subject.visibilityEnds()
            try await subject.receivesNone("the first is put off")
            try await subject.passage(ms: 2 * visibilityMs)
            try requireEqual(
                await subject.receives(max: 1).map(\.message), [.probe("first")], "what came then")
        },
        Check("the order stays when the first of a group comes a second time") { subject in
            try await subject.sends([probe("first", group: "g"), probe("second", group: "g")])
            _ = try await subject.receives(max: 1)
            try await subject.visibilityEnds()
            let again = try await subject.receives(max: 1)
            try requireEqual(again.map(\.message), [.probe("first")], "what came again")
            try requireEqual(again.map(\.receiveCount), [2], "its receive count")
        },
        Check("one group in flight does not keep another waiting") { subject in
            try await subject.sends([probe("slow", group: "g1"), probe("later", group: "g1")])
            _ = try await subject.receives(max: 1)
            try await subject.sends([probe("quick", group: "g2")])
            try requireEqual(await subject.receivesOne().message, .probe("quick"), "what came")
        },
    ]
}
