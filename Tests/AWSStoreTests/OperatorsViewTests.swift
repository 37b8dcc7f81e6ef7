import Glibc
import JSON
import SQS
import Testing
import Ticketing
import TicketingTesting

/// SQS does not say how old its oldest message is, and a command that has just begun has seen none.
@Suite("What an operator is told of a queue on SQS")
struct OperatorsViewTests {
    private func withDesk(_ body: (OperatorsDesk, SQSOrderQueue) async throws -> Void) async throws {
        try await withTestStore { store in
            let url = try await SQSQueues.create(
                "orders", maxReceiveCount: TestStore.maxReceiveCount, calls: store.calls)
            let desk = OperatorsDesk(double: store.double, queueURL: url)
            try desk.importDemo()
            try await body(desk, try await SQSQueues.open(url, calls: store.calls))
        }
    }

    private func findingOfQueue(_ desk: OperatorsDesk) -> JSONValue? {
        guard case .array(let findings)? = desk.run(["doctor", "--json"]).json?["findings"] else {
            return nil
        }
        return findings.first { $0["subject"]?.string == "queue" }
    }

    @Test("with a backlog says that the age is not known, never that there is none")
    func backlog() async throws {
        try await withDesk { desk, queue in
            let sent = try await queue.send([
                OutgoingMessage(.probe("m"), group: "g", deduplicationID: "d")
            ])
            #expect(sent.first?.isDone == true)
            let stats = desk.run(["queue", "stats"]).out
            #expect(stats.contains("Waiting       1\n"))
            #expect(stats.contains("Oldest        not known"))
            #expect(desk.run(["queue", "stats", "--json"]).json?["oldestAgeMs"] == .null)
            let finding = findingOfQueue(desk)
            #expect(finding?["grade"] == .string("warn"))
            #expect(!"\(finding as Any)".contains("0 ms"))
            let integrity = desk.run(["integrity", "demo", "--json"]).json
            #expect(integrity?["queueDepth"] == .integer(1))
            #expect(integrity?["workerLagMs"] == .null)
            #expect(desk.run(["integrity", "demo"]).out.contains("workerLagMs     not known"))
        }
    }

    @Test("that is empty says that nothing waits")
    func empty() async throws {
        try await withDesk { desk, _ in
            #expect(desk.run(["queue", "stats"]).out.contains("Oldest        none"))
            #expect(desk.run(["queue", "stats"]).out.contains("Oldest intent none is open"))
            #expect(desk.run(["queue", "stats", "--json"]).json?["oldestIntentAgeMs"] == .null)
            #expect(findingOfQueue(desk)?["grade"] == .string("ok"))
            #expect(desk.run(["integrity", "demo", "--json"]).json?["workerLagMs"] == .integer(0))
        }
    }

    @Test("whose messages wait is told by the ledger how long the oldest intent has been open")
    func openIntents() async throws {
        try await withTestStore { store in
            let url = try await SQSQueues.create(
                "orders", maxReceiveCount: TestStore.maxReceiveCount, calls: store.calls)
            let desk = OperatorsDesk(double: store.double, queueURL: url)
            try desk.importDemo()
            // By the clock that the command reads.
            let now = Timestamp(msSinceEpoch: Int64(time(nil)) * 1000)
            for (name, seat, hours) in [("late", "A-1-2", Int64(3)), ("early", "A-1-1", 7)] {
                let draft = IntentDraft(
                    name, buyer: "buyer\(name)", seats: [seat], at: now.adding(ms: -hours * 3_600_000))
                let outcome = try await store.ledger.open(
                    draft.intent, seatsPerBuyer: 4, now: draft.createdAt)
                #expect(outcome == .opened(isQueued: false))
            }
            #expect(desk.run(["queue", "stats"]).out.contains("Oldest intent open for 25"))
            let age = desk.run(["queue", "stats", "--json"]).json?["oldestIntentAgeMs"]
            guard case .integer(let ageMs)? = age else {
                Issue.record("the age is \(age as Any)")
                return
            }
            #expect((7 * 3_600_000..<8 * 3_600_000).contains(Int(ageMs)))
        }
    }
}
