import AWSCalls
import DynamoDB
import JSON
import SQS
import Testing
import Ticketing
import TicketingTesting

/// Items and messages that nobody of ours wrote.
@Suite("What stands in AWS and makes no sense")
struct SurprisingDataTests {
    private func put(_ item: String, _ store: TestStore) async throws {
        let body = #"{"TableName":"\#(TestStore.table)","Item":\#(item)}"#
        try await store.calls.call(AWSRequest(.dynamoDB, "PutItem", body: Array(body.utf8)))
    }

    private func failure(_ body: () async throws(PortError) -> Void) async -> PortError? {
        do throws(PortError) {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    static let strangeIntents = [
        #""st":{"S":"pending"}"#,
        #""st":{"N":"1"}"#,
        #""st":{"S":"nonsense"},"ev":{"S":"e"}"#,
        #""st":{"M":{}},"ev":{"L":[]}"#,
        #""st":{"BOOL":true},"at":{"B":"AA=="}"#,
    ]

    @Test("as an intent is corrupt, whatever is done with it, and stays as it is", arguments: strangeIntents)
    func intent(attributes: String) async throws {
        try await withTestStore { store in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            try await put(
                #"{"pk":{"S":"I#\#(draft.id)"},"sk":{"S":"-"},\#(attributes)}"#, store)
            let now = draft.createdAt
            let ledger = store.ledger
            let read = await failure { () async throws(PortError) in _ = try await ledger.intent(draft.id) }
            let claimed = await failure { () async throws(PortError) in
                _ = try await ledger.claim(draft.id, now: now)
            }
            let opened = await failure { () async throws(PortError) in
                _ = try await ledger.open(draft.intent, seatsPerBuyer: 6, now: now)
            }
            #expect(read?.code == .corrupt)
            #expect(claimed?.code == .corrupt)
            #expect(opened?.code == .corrupt)
            let locks = try await store.ledger.locks(in: .named("A"), of: draft.hall.event)
            #expect(locks.isEmpty, "a seat was taken for it")
        }
    }

    @Test("as a seat's lock keeps the seat from being sold")
    func seat() async throws {
        try await withTestStore { store in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            try await put(
                #"{"pk":{"S":"E#\#(draft.hall.event)#S#A"},"sk":{"S":"A-1-1"},"st":{"S":"strange"}}"#, store)
            let error = await failure { () async throws(PortError) in
                _ = try await store.ledger.open(draft.intent, seatsPerBuyer: 6, now: draft.createdAt)
            }
            #expect(error?.code == .corrupt)
            let stored = try await store.ledger.intent(draft.id)
            #expect(stored == nil)
        }
    }

    @Test(
        "as a message reaches the worker as it came",
        arguments: ["", "{", "{\"v\":2}", "[1,2]", "héllo \"q\""])
    func message(text: String) async throws {
        try await withTestStore { store in
            let queue = try await store.queue()
            let body = text.isEmpty ? " " : text
            let results = try await queue.send([
                OutgoingMessage(.unreadable(body), group: "g", deduplicationID: "d")
            ])
            let isSent = results.first?.isDone
            #expect(isSent == true)
            let received = try await queue.receive(max: 10, waitMs: 0, visibilityMs: 30_000)
            let messages = received.map { $0.message }
            #expect(messages == [.unreadable(body)])
        }
    }
}
