import AWSCalls
import DynamoDB
import EventLoop
import Glibc
import JSON
import SQS
import Synchronization
import Ticketing

/// Works of each kind for some seconds, and what each one cost.
struct Run: Sendable {
    let calls: AWSCalls
    let seconds: Int
    let concurrency: Int
    private static let salt = UInt64.random(in: 0...0xFFFF)

    func measureAll() async throws {
        let calls = calls
        let table = "bench-\(Self.salt)"
        try await DynamoDBTable.create(table, calls: calls)
        let queueURL = try await SQSQueues.create("bench-\(Self.salt)", calls: calls)
        let queue = try await SQSQueues.open(queueURL, calls: calls)
        let ledger = DynamoDBLedger(table: table, calls: calls)
        let thread = LoopThread(name: "bench-desk")
        let loop = thread.loop
        loop.runAndWait { calls.attach(loop) }
        try await measure("an empty call (DescribeTable refused)", on: loop) { _ in
            var writer = JSONWriter()
            writer.object { $0.member("TableName", "none" as StaticString) }
            _ = try? await calls.call(AWSRequest(.dynamoDB, "DescribeTable", body: writer.take()))
        }
        try await measure("a strong read of an intent that is not there", on: loop) { number in
            _ = try await ledger.intent(Drafts.id(UInt64(number)))
        }
        try await measure("an intent, opened", on: loop) { number in
            let draft = try Drafts.intent(UInt64(number) | 1 << 40 | Self.salt << 44)
            let outcome = try await ledger.open(draft, seatsPerBuyer: 6, now: draft.createdAt)
            guard case .opened = outcome else { throw PortError(.corrupt, "not opened: \(outcome)") }
        }
        try await measure("an intent, opened and sent", on: loop) { number in
            let draft = try Drafts.intent(UInt64(number) | 2 << 40 | Self.salt << 44)
            let outcome = try await ledger.open(draft, seatsPerBuyer: 6, now: draft.createdAt)
            guard case .opened = outcome else { throw PortError(.corrupt, "not opened: \(outcome)") }
            let sent = try await queue.send([OutgoingMessage(intent: draft.id)])
            guard sent.count == 1, sent[0].isDone else { throw PortError(.corrupt, "not sent: \(sent)") }
        }
        loop.runAndWait { calls.detach(loop) }
        thread.stopAndJoin()
    }

    private func measure(
        _ name: String, on loop: EventLoop, _ work: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let counter = Counting()
        let cpuBefore = Self.cpuMicroseconds()
        let began = Self.nowNs()
        let end = began + UInt64(seconds) * 1_000_000_000
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<concurrency {
                group.addTask(executorPreference: loop) {
                    while Self.nowNs() < end { try await work(counter.next()) }
                }
            }
            try await group.waitForAll()
        }
        let elapsed = Double(Self.nowNs() - began) / 1e9
        let done = Double(counter.count)
        let cpu = Double(Self.cpuMicroseconds() - cpuBefore)
        print("\(name): \(Int(done / elapsed)) a second, \(Self.oneDecimal(cpu / done)) us CPU each")
    }

    private static func oneDecimal(_ value: Double) -> String { String((value * 10).rounded() / 10) }

    private static func nowNs() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func cpuMicroseconds() -> Int {
        var usage = rusage()
        getrusage(0, &usage)
        return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000
            + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    }

    private final class Counting: Sendable {
        private let value = Atomic(0)
        var count: Int { value.load(ordering: .relaxed) }
        func next() -> Int { value.add(1, ordering: .relaxed).newValue }
    }
}
