import DynamoDB
import SQS
import Synchronization
import Telemetry
import Testing
import Ticketing
import TicketingTesting

/// What AWS does on a bad day: throttles, errors although it was done, lost answers, slow ones. The adapters repeat
/// themselves, and nothing that they promise changes.
@Suite("While calls fail as they may")
struct FaultMixTests {
    static let faults =
        #"{"throttlePercent":2,"errorAfterPercent":1,"dropPercent":1,"duplicatePercent":5,"spikePercent":1,"spikeMs":200,"seed":7}"#
    static let faultsWithoutDuplicates =
        #"{"throttlePercent":2,"errorAfterPercent":1,"dropPercent":1,"spikePercent":1,"spikeMs":200,"seed":8}"#

    @Test("the seat ledger does what it does otherwise", arguments: SeatLedgerConformance.checks)
    func seatLedger(check: SeatLedgerConformance.Check) async throws {
        try await withTestStore { store in
            try store.double.faults(Self.faults)
            try await check.run(store.ledger)
        }
    }

    @Test("the dead letters do what they do otherwise", arguments: DeadLettersConformance.checks)
    func deadLetters(check: DeadLettersConformance.Check) async throws {
        try await withTestStore { store in
            try store.double.faults(Self.faults)
            try await check.run(store.deadLetters)
        }
    }

    @Test("faults did happen, and each was counted by its kind")
    func counted() async throws {
        try await withTestStore { store in
            try store.double.faults(#"{"throttlePercent":20,"errorAfterPercent":20,"seed":3}"#)
            for number in 0..<60 {
                let draft = IntentDraft(
                    "a", buyer: "buyer\(letters(number))", seats: ["A-1-1"],
                    in: SmallHall(event: .named("hall-\(number)")))
                let outcome = try await store.ledger.open(
                    draft.intent, seatsPerBuyer: 6, now: draft.createdAt)
                #expect(outcome == .opened(isQueued: false))
            }
            let text = String(decoding: store.metrics.render(), as: UTF8.self)
            for kind in ["throttled", "unavailable"] {
                #expect(text.contains(#"ticket_aws_failures_total{kind="\#(kind)",service="dynamodb"}"#))
            }
        }
    }

    /// The double's second delivery comes at once, whatever became of the first: before an earlier message of its group
    /// whose receive was lost. So order is looked at where none comes twice.
    @Test(
        "every message that was sent comes out, in its group's order, and is gone once it is deleted",
        arguments: [true, false])
    func messages(comeTwice: Bool) async throws {
        try await withTestStore { store in
            let queue = try await store.queue()
            try store.double.faults(comeTwice ? Self.faults : Self.faultsWithoutDuplicates)
            let groups = 30
            let perGroup = 5
            let sent = await withTaskGroup(of: Set<String>.self) { tasks in
                for group in 0..<groups {
                    tasks.addTask { await Self.send(perGroup, group: group, to: queue) }
                }
                return await tasks.reduce(into: Set<String>()) { $0.formUnion($1) }
            }
            #expect(sent.count == groups * perGroup, "sending did not come to an end")
            let sightings = Sightings()
            await withTaskGroup(of: Void.self) { tasks in
                for _ in 0..<4 { tasks.addTask { await Self.drain(queue, sightings) } }
            }
            try store.double.faults("{}")
            // What was lost on its way here, or kept from being deleted, comes again once its visibility has ended.
            store.clock.advance(ms: 60_000)
            try store.double.advance(ms: 60_000)
            await Self.drain(queue, sightings)
            #expect(sightings.texts == sent, "a message was lost")
            #expect(
                comeTwice || sightings.disorder.isEmpty, "came before an earlier one: \(sightings.disorder)")
            let stats = try await queue.stats()
            #expect(stats.visible + stats.inFlight + stats.dead == 0, "\(stats)")
        }
    }

    /// Sends a group's messages one after the other, each until it is in.
    private static func send(_ count: Int, group: Int, to queue: SQSOrderQueue) async -> Set<String> {
        var sent: Set<String> = []
        for number in 0..<count {
            let text = "\(group)-\(number)"
            let message = OutgoingMessage(.probe(text), group: "g\(group)", deduplicationID: text)
            for _ in 0..<10 {
                guard let result = try? await queue.send([message]).first, result.isDone else { continue }
                sent.insert(text)
                break
            }
        }
        return sent
    }

    /// Receives and deletes until nothing came three times.
    private static func drain(_ queue: SQSOrderQueue, _ sightings: Sightings) async {
        var idle = 0
        while idle < 3 {
            guard let batch = try? await queue.receive(max: 10, waitMs: 0, visibilityMs: 30_000) else {
                continue
            }
            idle = batch.isEmpty ? idle + 1 : 0
            for message in batch { sightings.note(message) }
            var left = batch.map(\.receipt)
            for _ in 0..<5 where !left.isEmpty {
                guard let results = try? await queue.delete(left) else { continue }
                left = zip(left, results).compactMap { receipt, result in
                    if case .failed(let error) = result, error.isRetryable { receipt } else { nil }
                }
            }
        }
    }

    /// Who was seen, and who came too early: the first sight counts, for any may come twice.
    private final class Sightings: Sendable {
        private struct Seen {
            var count: [String: Int] = [:]
            var texts: Set<String> = []
            var disorder: [String] = []
        }

        private let seen = Mutex(Seen())
        var texts: Set<String> { seen.withLock { $0.texts } }
        var disorder: [String] { seen.withLock { $0.disorder } }

        func note(_ message: ReceivedMessage) {
            guard case .probe(let text) = message.message else { return }
            seen.withLock { seen in
                guard seen.texts.insert(text).inserted else { return }
                let number = seen.count[message.group, default: 0]
                if !text.hasSuffix("-\(number)") { seen.disorder.append(text) }
                seen.count[message.group] = number + 1
            }
        }
    }
}

/// A number in letters, as ids of buyers need it.
func letters(_ number: Int) -> String { Base32.encode([UInt8(number / 256), UInt8(number % 256)]) }
