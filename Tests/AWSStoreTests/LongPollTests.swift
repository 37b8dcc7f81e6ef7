import AWSCalls
import SQS
import Testing
import Ticketing
import TicketingTesting

@Suite("A long poll")
struct LongPollTests {
    @Test("ends at once when its task is cancelled, and what comes to it afterwards goes back to the queue")
    func left() async throws {
        try await withTestStore { store in
            let queue = try await store.queue()
            let poll = Task { try await queue.receive(max: 10, waitMs: 20_000, visibilityMs: 600_000) }
            while try store.double.calls("SQS.ReceiveMessage") == 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            poll.cancel()
            let nothing = try await poll.value
            #expect(nothing.isEmpty)
            // The service still holds the poll open, so it gives the message to nobody who wants it.
            let intent = IntentDraft("k", seats: ["A-1-1"]).id
            let sent = try await queue.send([OutgoingMessage(intent: intent)])
            #expect(sent.count == 1)
            let received = try await queue.receive(max: 10, waitMs: 20_000, visibilityMs: 30_000)
            #expect(received.count == 1)
        }
    }
}
