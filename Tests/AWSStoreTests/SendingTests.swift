import AWSCalls
import EventLoop
import SQS
import Testing
import Ticketing

@Suite("Messages on their way into SQS")
struct SendingTests {
    private static func message(_ text: String, group: String? = nil) -> OutgoingMessage {
        OutgoingMessage(.probe(text), group: group ?? "g\(text)", deduplicationID: text)
    }

    /// What comes out of the queue, until nothing does.
    private static func texts(_ queue: SQSOrderQueue) async throws -> [String] {
        var texts: [String] = []
        while true {
            let batch = try await queue.receive(max: 10, waitMs: 0, visibilityMs: 600_000)
            guard !batch.isEmpty else { return texts }
            for case .probe(let text) in batch.map(\.message) { texts.append(text) }
            _ = try await queue.delete(batch.map(\.receipt))
        }
    }

    @Test("share calls when requests of one loop come together, and each request hears of its own")
    func shared() async throws {
        try await withTestStore { store in
            let queue = try await store.queue()
            let thread = LoopThread(name: "test-desk")
            let loop = thread.loop
            let calls = store.calls
            loop.runAndWait { calls.attach(loop) }
            let done = await Task(executorPreference: loop) {
                await withTaskGroup(of: Int.self) { group in
                    for number in 0..<25 {
                        group.addTask(executorPreference: loop) {
                            let results = try? await queue.send([Self.message("\(number)")])
                            return results?.count == 1 && results?[0].isDone == true ? 1 : 0
                        }
                    }
                    return await group.reduce(0, +)
                }
            }.value
            #expect(done == 25)
            let sends = try store.double.calls("SQS.SendMessageBatch")
            #expect(sends == 3, "ten, ten, and five that had waited")
            loop.runAndWait { calls.detach(loop) }
            thread.stopAndJoin()
            let received = try await Self.texts(queue)
            #expect(Set(received) == Set((0..<25).map(String.init)))
        }
    }

    @Test("that the service alone could not take are sent again, and only those")
    func again() async throws {
        try await withTestStore { store in
            let queue = try await store.queue()
            try store.double.fault("SQS.SendMessageBatch", "unprocessed")
            let results = try await queue.send(["a", "b", "c"].map { Self.message($0) })
            let isDone = results.map(\.isDone)
            #expect(isDone == [true, true, true])
            let sends = try store.double.calls("SQS.SendMessageBatch")
            #expect(sends == 2)
            let received = try await Self.texts(queue)
            #expect(received.sorted() == ["a", "b", "c"])
        }
    }

    @Test("that are refused again and again fail alone")
    func fail() async throws {
        try await withTestStore { store in
            let queue = try await store.queue()
            try store.double.fault("SQS.SendMessageBatch", "unprocessed", count: 10)
            let results = try await queue.send(["a", "b", "c"].map { Self.message($0) })
            let isDone = results.map(\.isDone)
            #expect(isDone == [true, true, false])
            guard case .failed(let error)? = results.last else {
                Issue.record("the last entry is \(results)")
                return
            }
            #expect(error.code == .failed)
            let sends = try store.double.calls("SQS.SendMessageBatch")
            #expect(sends == 3)
        }
    }

    @Test("are not sent again where that would bring them behind a later one of their group")
    func order() async throws {
        try await withTestStore { store in
            let queue = try await store.queue()
            try store.double.fault("SQS.SendMessageBatch", "unprocessed")
            let results = try await queue.send([
                Self.message("a", group: "one"), Self.message("b", group: "one"),
            ])
            let isDone = results.map(\.isDone)
            #expect(isDone == [true, false])
            let sends = try store.double.calls("SQS.SendMessageBatch")
            #expect(sends == 1)
        }
    }

    @Test("and out of it are told entry by entry which could not be deleted or put off")
    func receipts() async throws {
        try await withTestStore { store in
            let queue = try await store.queue()
            _ = try await queue.send(["a", "b"].map { Self.message($0) })
            let receipts = try await queue.receive(max: 10, waitMs: 0, visibilityMs: 30_000).map(\.receipt)
            #expect(receipts.count == 2)
            try store.double.fault("SQS.ChangeMessageVisibilityBatch", "unprocessed")
            let putOff = try await queue.changeVisibility(
                receipts.map { VisibilityChange(receipt: $0, visibilityMs: 60_000) }
            ).map(\.isDone)
            #expect(putOff == [true, false])
            try store.double.fault("SQS.DeleteMessageBatch", "unprocessed")
            let deleted = try await queue.delete(receipts).map(\.isDone)
            #expect(deleted == [true, false])
        }
    }
}
