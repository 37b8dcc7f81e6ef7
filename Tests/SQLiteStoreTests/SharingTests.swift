import Testing
import Ticketing
import TicketingTesting

@testable import SQLiteStore

/// Two stores on one file are what two processes are to each other: they share nothing but the file.
@Suite("Two processes on one file")
struct SharingTests {
    private let clock = ManualClock()

    private func withTwoStores(
        _ body: (SQLiteStore, SQLiteStore) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ticket.db"
            try await withStore(at: path, clock: clock) { first in
                try await withStore(at: path, clock: clock) { second in try await body(first, second) }
            }
        }
    }

    @Test("of 100 buyers at each for one seat one wins")
    func oneSeat() async throws {
        try await withTwoStores { first, second in
            let ledgers = [first, second].map { SQLiteSeatLedger($0, queuesIntents: true) }
            let now = clock.now()
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let draft = IntentDraft(
                            "a", buyer: "buyer\(Base32.encode([UInt8(number)]))", seats: ["A-1-1"])
                        let outcome = try await ledgers[number % 2].open(
                            draft.intent, seatsPerBuyer: 4, now: now)
                        return outcome == .opened(isQueued: true)
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(winners == 1)
        }
    }

    @Test("both make headway while both write all the time")
    func headway() async throws {
        try await withTwoStores { first, second in
            let now = clock.now()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (side, store) in [first, second].enumerated() {
                    let letters = DeadLetterWriter(letters: SQLiteDeadLetters(store), now: now)
                    for worker in 0..<4 {
                        group.addTask { try await letters.record(100, "\(side)-\(worker)") }
                    }
                }
                try await group.waitForAll()
            }
            let count = try RawDatabase(first.path).number("SELECT sum(count) FROM failures")
            #expect(count == 800)
        }
    }

    private struct DeadLetterWriter: Sendable {
        let letters: SQLiteDeadLetters
        let now: Timestamp

        func record(_ count: Int, _ key: String) async throws {
            for _ in 0..<count {
                _ = try await letters.record(Failure(key: key, kind: .ledger, reason: "r", at: now))
            }
        }
    }

    @Test("a message of the one wakes a receiver that waits at the other")
    func messages() async throws {
        try await withTwoStores { first, second in
            let receiver = SQLiteOrderQueue(second)
            async let waiting = receiver.receive(max: 1, waitMs: 10_000, visibilityMs: 1_000)
            _ = try await SQLiteOrderQueue(first).send([
                OutgoingMessage(.probe("over there"), group: "g", deduplicationID: "d")
            ])
            let received = try await waiting
            #expect(received.map(\.message) == [.probe("over there")])
        }
    }

    @Test("what the one has written the other reads at once, and changes under the same conditions")
    func conditions() async throws {
        try await withTwoStores { first, second in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            let (here, there) = (
                SQLiteSeatLedger(first, queuesIntents: true), SQLiteSeatLedger(second, queuesIntents: true)
            )
            _ = try await here.open(draft.intent, seatsPerBuyer: 4, now: clock.now())
            let seen = try await there.intent(draft.id)
            #expect(seen == draft.intent)
            _ = try await there.cancel(draft.id, buyer: draft.buyer, now: clock.now())
            let claim = try await here.claim(draft.id, now: clock.now())
            guard case .alreadyFinal(let intent) = claim else {
                Issue.record("the claim is \(claim)")
                return
            }
            #expect(intent.state == .cancelled)
        }
    }

    @Test("messages get numbers of their own from both, none twice")
    func messageNumbers() async throws {
        try await withTwoStores { first, second in
            let queues = [SQLiteOrderQueue(first), SQLiteOrderQueue(second)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        _ = try await queues[number % 2].send([
                            OutgoingMessage(.probe("\(number)"), group: "g\(number)", deduplicationID: "d")
                        ])
                    }
                }
                try await group.waitForAll()
            }
            let received = try await queues[0].receive(max: 100, waitMs: 0, visibilityMs: 1_000)
            #expect(Set(received.map(\.id)).count == 60)
        }
    }
}
