import Testing
import Ticketing
import TicketingTesting

@testable import SQLiteStore

@Suite("The tables of the queue")
struct QueueTableTests {
    private func message(_ text: String, group: String) -> OutgoingMessage {
        OutgoingMessage(.probe(text), group: group, deduplicationID: text)
    }

    private func texts(_ messages: [ReceivedMessage]) -> [String] {
        messages.map { message in
            if case .probe(let text) = message.message { text } else { "\(message.message)" }
        }
    }

    @Test("messages of one group go out together only in their order, and mixed with other groups by age")
    func order() async throws {
        try await withStore { store, _ in
            let queue = SQLiteOrderQueue(store)
            _ = try await queue.send([
                message("a1", group: "a"), message("b1", group: "b"), message("a2", group: "a"),
                message("a3", group: "a"), message("b2", group: "b"),
            ])
            let first = try await queue.receive(max: 4, waitMs: 0, visibilityMs: 1_000)
            #expect(texts(first) == ["a1", "b1", "a2", "a3"])
            let blocked = try await queue.receive(max: 4, waitMs: 0, visibilityMs: 1_000)
            #expect(blocked.isEmpty)
            // b1 ends, so b2 may come; a1 ends while a2 is still out, so nothing of a comes.
            _ = try await queue.delete([first[1].receipt, first[0].receipt])
            let next = try await queue.receive(max: 4, waitMs: 0, visibilityMs: 1_000)
            #expect(texts(next) == ["b2"])
        }
    }

    @Test("a later message that is released while the first is out waits for it")
    func releasedBehind() async throws {
        try await withStore { store, _ in
            let queue = SQLiteOrderQueue(store)
            _ = try await queue.send([message("1", group: "g"), message("2", group: "g")])
            let both = try await queue.receive(max: 2, waitMs: 0, visibilityMs: 60_000)
            _ = try await queue.release([both[1].receipt])
            let early = try await queue.receive(max: 2, waitMs: 0, visibilityMs: 60_000)
            #expect(early.isEmpty)
            let stats = try await queue.stats()
            #expect(stats.visible == 1 && stats.inFlight == 1)
            _ = try await queue.delete([both[0].receipt])
            let late = try await queue.receive(max: 2, waitMs: 0, visibilityMs: 60_000)
            #expect(texts(late) == ["2"])
        }
    }

    @Test("a thousand messages behind one that is out keep no other group waiting")
    func longGroup() async throws {
        try await withStore { store, _ in
            let queue = SQLiteOrderQueue(store)
            for start in stride(from: 0, to: 1_000, by: 100) {
                _ = try await queue.send((start..<(start + 100)).map { message("long \($0)", group: "long") })
            }
            _ = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 60_000)
            _ = try await queue.send([message("other", group: "other")])
            let received = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 60_000)
            #expect(texts(received) == ["other"])
        }
    }

    @Test("what is remembered for deduplication is forgotten in time and does not pile up")
    func forgetting() async throws {
        try await withStore { store, clock in
            let queue = SQLiteOrderQueue(store)
            for round in 0..<10 {
                _ = try await queue.send((0..<20).map { message("\(round) \($0)", group: "g\($0)") })
                clock.advance(ms: 100_000)
            }
            let kept = try RawDatabase(store.path).number("SELECT count(*) FROM deduplications")
            // Three rounds are younger than five minutes at the last send, and one may wait for the next.
            #expect(kept <= 80)
        }
    }

    @Test("who waits and is cancelled comes back at once, and takes no message along")
    func cancelled() async throws {
        try await withStore { store, _ in
            let queue = SQLiteOrderQueue(store)
            let waiting = Task { try await queue.receive(max: 1, waitMs: 600_000, visibilityMs: 60_000) }
            try await Task.sleep(for: .milliseconds(30))
            waiting.cancel()
            let received = try await waiting.value
            #expect(received.isEmpty)
            _ = try await queue.send([message("later", group: "g")])
            let next = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 60_000)
            #expect(texts(next) == ["later"])
        }
    }

    @Test("who waits when the store is closed gets nothing")
    func closed() async throws {
        try await withStore { store, _ in
            let queue = SQLiteOrderQueue(store)
            let waiting = Task { try await queue.receive(max: 1, waitMs: 600_000, visibilityMs: 60_000) }
            try await Task.sleep(for: .milliseconds(30))
            store.close()
            let received = try await waiting.value
            #expect(received.isEmpty)
        }
    }

    @Test("a message waits its time and is put off again without losing its place in its group")
    func putOff() async throws {
        try await withStore { store, clock in
            let queue = SQLiteOrderQueue(store)
            _ = try await queue.send([message("1", group: "g"), message("2", group: "g")])
            for _ in 0..<3 {
                let received = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 60_000)
                #expect(texts(received) == ["1"])
                _ = try await queue.changeVisibility([
                    VisibilityChange(receipt: received[0].receipt, visibilityMs: 5_000)
                ])
                let early = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 60_000)
                #expect(early.isEmpty)
                clock.advance(ms: 5_000)
            }
        }
    }

    @Test("a redriven intent follows its first message, which is still out")
    func requeued() async throws {
        try await withStore { store, clock in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            let queue = SQLiteOrderQueue(store)
            _ = try await SQLiteSeatLedger(store, queuesIntents: true)
                .open(draft.intent, seatsPerBuyer: 4, now: clock.now())
            let first = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 60_000)
            _ = try await queue.send([OutgoingMessage(intent: draft.id, requeueing: 1)])
            let early = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 60_000)
            #expect(early.isEmpty)
            _ = try await queue.delete(first.map(\.receipt))
            let second = try await queue.receive(max: 1, waitMs: 0, visibilityMs: 60_000)
            #expect(second.map(\.message) == [.intent(draft.id)])
        }
    }
}
