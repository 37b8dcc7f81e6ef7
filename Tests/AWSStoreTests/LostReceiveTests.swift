import AWSCalls
import SQS
import Testing
import Ticketing

@Suite("A receive whose answer was lost")
struct LostReceiveTests {
    private func fill(_ queue: SQSOrderQueue) async throws {
        let results = try await queue.send(
            (0..<5).map { OutgoingMessage(.probe("\($0)"), group: "g\($0)", deduplicationID: "\($0)") })
        #expect(results.count == 5)
    }

    @Test("is asked for again under its id, and gives the same messages before their visibility has ended")
    func retried() async throws {
        try await withTestStore { store in
            let queue = try await store.queue()
            try await fill(queue)
            try store.double.fault("SQS.ReceiveMessage", "drop")
            let received = try await queue.receive(max: 10, waitMs: 0, visibilityMs: 600_000)
            #expect(received.count == 5)
            let receives = try store.double.calls("SQS.ReceiveMessage")
            #expect(receives >= 2)
        }
    }

    @Test("in all its tries is taken up by the next receive")
    func takenUp() async throws {
        try await withTestStore { settings in
            settings.retries.maxAttempts = 2
        } _: { store in
            let queue = try await store.queue()
            try await fill(queue)
            try store.double.fault("SQS.ReceiveMessage", "drop", count: 1000)
            await #expect(throws: PortError.self) {
                try await queue.receive(max: 10, waitMs: 0, visibilityMs: 600_000)
            }
            try store.double.post("/reset", #"{"data":false}"#)
            let received = try await queue.receive(max: 10, waitMs: 0, visibilityMs: 600_000)
            #expect(received.count == 5)
            let results = try await queue.delete(received.map(\.receipt)).map(\.isDone)
            #expect(results == [true, true, true, true, true], "the receipts are not the ones that count")
        }
    }
}
