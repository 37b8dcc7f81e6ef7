import AWSCalls
import DynamoDB
import Glibc
import JSON
import OrderWorker
import SQS
import Telemetry
import Testing
import Ticketing
import TicketingTesting

@Suite("A redrive on AWS")
struct RedriveTests {
    private func desk(_ store: TestStore, _ queue: SQSOrderQueue) -> DeadLetterDesk {
        DeadLetterDesk(
            ports: WorkerPorts(
                ledger: store.ledger, queue: queue, orderBook: ReferenceOrderBook(),
                deadLetters: store.deadLetters, gateway: ReferenceGateway(), clock: store.clock,
                randomness: SystemRandomness(),
                logger: Logger(service: "test", level: .error, sink: CapturingLogSink()),
                metrics: store.metrics))
    }

    private func bury(_ count: Int, event: String, _ store: TestStore) async throws {
        let (deadLetters, now) = (store.deadLetters, store.clock.now())
        for start in stride(from: 0, to: count, by: 100) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in start..<min(start + 100, count) {
                    group.addTask {
                        let draft = IntentDraft("k\(letters(number))", buyer: event, seats: ["A-1-1"])
                        try await deadLetters.bury(
                            DeadLetter(
                                key: draft.id.text, message: .intent(draft.id), event: .named(event),
                                kind: .payment, reason: "five times", failureCount: 5, diedAt: now,
                                redriveCount: 0))
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("takes only what was asked for, ten messages a call, and leaves the rest where it lies")
    func selective() async throws {
        try await withTestStore { store in
            let queue = try await store.queue()
            try await bury(105, event: "alpha", store)
            try await bury(7, event: "beta", store)
            try store.double.post("/reset", #"{"data":false}"#)
            let report = try await desk(store, queue)
                .redrive(.matching(DeadLetterFilter(event: .named("alpha"))))
            #expect(report.redrivenKeys.count == 105)
            #expect(report.failures.isEmpty)
            let sends = try store.double.calls("SQS.SendMessageBatch")
            #expect(sends == 11, "of a hundred and five letters, in pages of a hundred")
            let stats = try await queue.stats()
            #expect(stats.visible == 105)
            let count = try await store.deadLetters.letterCount()
            #expect(count == 7)
            let left = try await store.deadLetters.letters(.all, after: nil, limit: 100)
            let events = Set(left.map { $0.event })
            #expect(events == [.named("beta")])
        }
    }

    @Test("by the operator's command goes page by page, its calls side by side, and says how fast it was")
    func rate() async throws {
        let count = getenv("PROVE").map { String(cString: $0) } == "1" ? 3000 : 300
        try await withTestStore { store in
            let url = try await SQSQueues.create(
                "orders", maxReceiveCount: TestStore.maxReceiveCount, calls: store.calls)
            let operatorsDesk = OperatorsDesk(double: store.double, queueURL: url)
            try operatorsDesk.importDemo()
            try await bury(count, event: "alpha", store)
            // As far away as DynamoDB and SQS are from a task in their region.
            try store.double.faults(#"{"latencyMs":5}"#)
            let beganNs = store.calls.nowNs
            // Letters are in the table where orders are not in a file; nobody asks this PostgreSQL anything.
            let answer = operatorsDesk.run(
                ["queue", "redrive", "--json"],
                ["TICKET_ORDERS": "postgres://ticket@127.0.0.1:1/ticket?sslmode=disable"])
            let seconds = Double(store.calls.nowNs - beganNs) / 1e9
            try store.double.faults("{}")
            #expect(answer.code == 0, "\(answer.text)")
            guard case .array(let redriven)? = answer.json?["redriven"] else {
                Issue.record("the command said: \(answer.text)")
                return
            }
            #expect(redriven.count == count)
            let sends = try store.double.calls("SQS.SendMessageBatch")
            #expect(sends == count / 10)
            let left = try await store.deadLetters.letterCount()
            #expect(left == 0)
            print(
                "`ticket queue redrive` sent \(count) letters back at \(Int(Double(count) / seconds)) a second, with 5 ms a call"
            )
        }
    }

    @Test("finds its letters under several partition keys, none of which has most of them")
    func spread() async throws {
        try await withTestStore { store in
            try await bury(120, event: "alpha", store)
            let partitions = try await partitionsOfLetters(store)
            #expect(partitions.count == 120)
            let counts = Dictionary(grouping: partitions) { $0 }.mapValues(\.count)
            #expect(counts.count >= 6)
            #expect(counts.values.allSatisfy { $0 <= 40 }, "\(counts)")
        }
    }

    private func partitionsOfLetters(_ store: TestStore) async throws -> [String] {
        let body = Array(#"{"TableName":"\#(TestStore.table)","ConsistentRead":true}"#.utf8)
        return try await store.calls.call(AWSRequest(.dynamoDB, "Scan", body: body)) {
            reader throws(JSONError) in
            var partitions: [String] = []
            try reader.object { name, reader throws(JSONError) in
                guard name == "Items" else { return try reader.skip() }
                try reader.array { reader throws(JSONError) in
                    var partition = ""
                    var isLetter = false
                    try reader.object { name, reader throws(JSONError) in
                        if name == "kd" { isLetter = true }
                        guard name == "pk" else { return try reader.skip() }
                        try reader.object { _, reader throws(JSONError) in partition = try reader.string() }
                    }
                    if isLetter { partitions.append(partition) }
                }
            }
            return partitions
        }
    }

    @Test("that is made again while calls fail brings every message to the queue")
    func underFaults() async throws {
        try await withTestStore { store in
            let queue = try await store.queue()
            try await bury(60, event: "alpha", store)
            try store.double.faults(FaultMixTests.faults)
            var keys: Set<String> = []
            for _ in 0..<5 {
                let report = try await desk(store, queue).redrive(.matching(.all))
                keys.formUnion(report.redrivenKeys)
            }
            try store.double.faults("{}")
            #expect(keys.count == 60)
            let count = try await store.deadLetters.letterCount()
            #expect(count == 0)
            let stats = try await queue.stats()
            #expect(stats.visible >= 60)
        }
    }
}
