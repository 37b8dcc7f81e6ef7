import Glibc
import Synchronization
import Testing
import Ticketing
import TicketingTesting

@testable import SQLiteStore

@Suite("A group of writes", .timeLimit(.minutes(2)))
struct GroupCommitTests {
    private final class WorkDone: Sendable {
        let order = Mutex("")
    }

    private struct Row: Sendable {
        let key: String

        func put(on connection: Connection) throws(PortError) {
            let insert = try connection.statement("INSERT INTO redrives (key, count) VALUES (?1, 1)")
            insert.bind(1, text: key)
            try insert.run()
        }
    }

    private func rowCount(_ store: SQLiteStore) async throws -> Int64? {
        try await store.read { connection throws(PortError) in
            try connection.statement("SELECT count(*) FROM redrives").firstNumber()
        }
    }

    private func expectRows(
        _ expected: Int64, in store: SQLiteStore, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let count = try await rowCount(store)
        #expect(count == expected, sourceLocation: sourceLocation)
    }

    /// Keeps the writer busy until so many requests wait, so that they come to one group. Asks again when a busy
    /// machine let its own request grow too old.
    private func holdWriter(of store: SQLiteStore, until gate: Gate) -> Task<Void, Never> {
        Task {
            repeat {
                try? await store.write { _ throws(PortError) in
                    gate.enter()
                    while !gate.isOpen { usleep(200) }
                }
            } while !gate.isEntered && !gate.isOpen
        }
    }

    @Test("one that fails half way leaves nothing of its own, and none of its neighbours fails")
    func isolation() async throws {
        try await withStore { store, _ in
            let gate = Gate()
            let holding = holdWriter(of: store, until: gate)
            try await gate.waitUntilEntered()
            let results = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
                for number in 0..<40 {
                    group.addTask {
                        do {
                            try await store.write { connection throws(PortError) in
                                try Row(key: "row \(number)").put(on: connection)
                                guard number % 10 == 3 else { return }
                                try Row(key: "also \(number)").put(on: connection)
                                throw PortError(.failed, "half way")
                            }
                            return (number, true)
                        } catch {
                            return (number, false)
                        }
                    }
                }
                try await store.open(gate, whenWaiting: 40)
                return try await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
            }
            await holding.value
            #expect(results.filter { !$0.value }.keys.sorted() == [3, 13, 23, 33])
            try await expectRows(36, in: store)
            #expect(store.statistics.groupsRunSeparately >= 1)
        }
    }

    @Test("one that breaks a constraint fails alone")
    func constraint() async throws {
        try await withStore { store, _ in
            let keys = ["a", "b", "a", "c"]
            let gate = Gate()
            let holding = holdWriter(of: store, until: gate)
            try await gate.waitUntilEntered()
            let failures = try await withThrowingTaskGroup(of: Bool.self) { group in
                for key in keys {
                    group.addTask {
                        (try? await store.write { connection throws(PortError) in
                            try Row(key: key).put(on: connection)
                        }) == nil
                    }
                }
                try await store.open(gate, whenWaiting: 4)
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            await holding.value
            #expect(failures == 1)
            try await expectRows(3, in: store)
        }
    }

    @Test("one that is refused without having written costs its group nothing")
    func refusal() async throws {
        try await withStore { store, _ in
            for number in 0..<5 {
                let code = await code {
                    try await store.write { _ throws(PortError) in
                        throw PortError(.rejected, "no \(number)")
                    }
                }
                #expect(code == .rejected)
            }
            #expect(store.statistics.groupsRunSeparately == 0)
        }
    }

    /// The order in which requests that waited together were done, "b" for a buyer's and "w" for a worker's.
    private func orderOfWork(
        buyers: Int, workers: Int, settings: StoreSettings = .forTests
    ) async throws -> String {
        var order = ""
        var settings = settings
        // Nobody gives up before the last has come, which takes a while beside other suites.
        settings.busyTimeoutMs = 120_000
        try await withStore(settings: settings) { store, _ in
            let done = WorkDone()
            let gate = Gate()
            let holding = holdWriter(of: store, until: gate)
            try await gate.waitUntilEntered()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<(workers + buyers) {
                    let isUrgent = number >= workers
                    group.addTask {
                        try? await store.write(isUrgent: isUrgent) { _ throws(PortError) in
                            done.order.withLock { $0 += isUrgent ? "b" : "w" }
                        }
                    }
                }
                try await store.open(gate, whenWaiting: workers + buyers)
            }
            await holding.value
            order = done.order.withLock { $0 }
        }
        return order
    }

    @Test("what buyers wait for is done before what workers asked for earlier")
    func buyersFirst() async throws {
        let order = try await orderOfWork(buyers: 5, workers: 40)
        #expect(order == String(repeating: "b", count: 5) + String(repeating: "w", count: 40))
    }

    @Test("workers are not starved by however many buyers")
    func workersGoOn() async throws {
        var settings = StoreSettings.forTests
        // A group has no time at all: it does what it has to.
        settings.maxGroupMicroseconds = 0
        let order = try await orderOfWork(buyers: 6, workers: 20, settings: settings)
        #expect(order == "b" + String(repeating: "w", count: 16) + "b" + "wwww" + "bbbb")
    }

    @Test("many requests that wait together share few commits")
    func grouping() async throws {
        try await withStore { store, _ in
            let gate = Gate()
            let holding = holdWriter(of: store, until: gate)
            try await gate.waitUntilEntered()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try? await store.write { connection throws(PortError) in
                            try Row(key: "\(number)").put(on: connection)
                        }
                    }
                }
                try await store.open(gate, whenWaiting: 200)
            }
            await holding.value
            try await expectRows(200, in: store)
            #expect(store.statistics.commits < 50)
        }
    }

    @Test("a queue that is full throttles at once, and what was accepted is done")
    func throttling() async throws {
        var settings = StoreSettings.forTests
        settings.maxQueuedRequests = 10
        try await withStore(settings: settings) { store, _ in
            let gate = Gate()
            let holding = holdWriter(of: store, until: gate)
            try await gate.waitUntilEntered()
            let codes = await withTaskGroup(of: PortError.Code?.self) { group in
                for number in 0..<30 {
                    group.addTask {
                        await code {
                            try await store.write { connection throws(PortError) in
                                try Row(key: "\(number)").put(on: connection)
                            }
                        }
                    }
                }
                var codes: [PortError.Code?] = []
                // The refused ones answer while the writer is still held.
                for _ in 0..<20 { codes.append(await group.next() ?? nil) }
                gate.open()
                for await code in group { codes.append(code) }
                return codes
            }
            await holding.value
            #expect(codes.prefix(20).allSatisfy { $0 == .throttled })
            #expect(codes.suffix(10).allSatisfy { $0 == nil })
            try await expectRows(10, in: store)
        }
    }

    @Test("a request that waited past its deadline is refused, and nothing of it is done")
    func deadline() async throws {
        var settings = StoreSettings.forTests
        settings.busyTimeoutMs = 200
        try await withStore(settings: settings) { store, _ in
            let gate = Gate()
            let holding = holdWriter(of: store, until: gate)
            try await gate.waitUntilEntered()
            async let late = code {
                try await store.write { connection throws(PortError) in
                    try Row(key: "late").put(on: connection)
                }
            }
            try await store.open(gate, whenWaiting: 1, afterMs: 250)
            await holding.value
            #expect(await late == .unavailable)
            // Not through the store, which refuses a reader as well that waits so long.
            #expect(try RawDatabase(store.path).number("SELECT count(*) FROM redrives") == 0)
        }
    }

    @Test("a store that another program keeps locked is unavailable until it lets go")
    func lockedByOthers() async throws {
        var settings = StoreSettings.forTests
        settings.busyTimeoutMs = 1_000
        try await withStore(settings: settings) { store, _ in
            let other = try RawDatabase(store.path)
            try other.run("BEGIN IMMEDIATE")
            let refused = await code {
                try await store.write { connection throws(PortError) in
                    try Row(key: "a").put(on: connection)
                }
            }
            #expect(refused == .unavailable)
            #expect(try other.number("SELECT count(*) FROM redrives") == 0)
            try other.run("ROLLBACK")
            var answer: PortError.Code? = .unavailable
            for _ in 0..<60 where answer == .unavailable {
                answer = await code {
                    try await store.write { connection throws(PortError) in
                        try Row(key: "b").put(on: connection)
                    }
                }
            }
            #expect(answer == nil)
            #expect(try other.number("SELECT count(*) FROM redrives") == 1)
        }
    }

    @Test("a closed store answers what it was asked before, and refuses what comes after")
    func closing() async throws {
        try await withStore { store, _ in
            store.close()
            let written = await code {
                try await store.write { _ throws(PortError) in }
            }
            #expect(written == .unavailable)
            let read = await code { _ = try await rowCount(store) }
            #expect(read == .unavailable)
        }
    }
}

/// Nil when the operation succeeded.
func code(_ operation: () async throws -> Void) async -> PortError.Code? {
    do {
        try await operation()
        return nil
    } catch {
        return (error as? PortError)?.code
    }
}

/// Holds the writer's thread from a test.
final class Gate: Sendable {
    private let hasEntered = Atomic(false)
    private let isReleased = Atomic(false)

    var isEntered: Bool { hasEntered.load(ordering: .acquiring) }
    var isOpen: Bool { isReleased.load(ordering: .acquiring) }
    func enter() { hasEntered.store(true, ordering: .releasing) }
    func open() { isReleased.store(true, ordering: .releasing) }

    /// Without blocking a thread of the test's pool: the one to enter may need it.
    func waitUntilEntered() async throws {
        while !isEntered { try await Task.sleep(for: .milliseconds(1)) }
    }
}

extension SQLiteStore {
    /// Opens the gate once so many requests stand before the writer, and in any case: a writer that is held for
    /// ever would hold the whole test run.
    fileprivate func open(_ gate: Gate, whenWaiting count: Int, afterMs: Int = 0) async throws {
        defer { gate.open() }
        while statistics.waitingRequests < count { try await Task.sleep(for: .milliseconds(1)) }
        try await Task.sleep(for: .milliseconds(afterMs))
    }
}
