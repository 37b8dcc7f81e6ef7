import Testing
import Ticketing
import TicketingTesting

@testable import Redis

@Suite("A fleet of public services on one Redis", .serialized)
struct FleetTests {
    /// Asks everybody over and over, several at a time, and counts what came.
    private func askAll(
        _ processes: [PublicProcess], rounds: Int, atOnce: Int = 4
    ) async throws -> (answers: Int, failures: [Int]) {
        var answers = 0
        var failures: [Int] = []
        for _ in 0..<rounds {
            await withTaskGroup(of: Int.self) { group in
                for process in processes {
                    for _ in 0..<atOnce { group.addTask { await process.ask().status } }
                }
                for await status in group {
                    answers += 1
                    if status != 200 { failures.append(status) }
                }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return (answers, failures)
    }

    /// The shortest time between the beginnings of two readings of a section.
    private func shortestPauseMs(_ watch: WatchedLedger.Watch) -> Int64 {
        watch.beganAt.values.map { times in
            let sorted = times.sorted()
            return zip(sorted, sorted.dropFirst()).map { $1 - $0 }.min() ?? .max
        }.min() ?? .max
    }

    private let sectionCount = 2

    @Test("reads the source once when a crowd comes to all of it at the same moment")
    func crowd() async throws {
        let server = try await RedisServer.start(in: ScratchDirectory())
        try await PublicProcess.runFleet(
            of: 3, redis: server.url, CacheStage.patient, ttlMs: 3_000, sourceTakesMs: 150
        ) { processes, ledger in
            let (answers, failures) = try await askAll(processes, rounds: 1, atOnce: 100)
            #expect(answers == 300)
            #expect(failures.isEmpty)
            #expect(ledger.watch.readings == sectionCount)
        }
    }

    @Test("reads the source one at a time and never sooner than what is shared has ended being fresh")
    func oneRefresher() async throws {
        let server = try await RedisServer.start(in: ScratchDirectory())
        try await PublicProcess.runFleet(
            of: 3, redis: server.url, CacheStage.patient, ttlMs: 300, sourceTakesMs: 40
        ) { processes, ledger in
            let (_, failures) = try await askAll(processes, rounds: 150)
            #expect(failures.isEmpty)
            let watch = ledger.watch
            #expect(watch.readings >= 2 * sectionCount)
            #expect(watch.mostAtOnce <= sectionCount)
            #expect(shortestPauseMs(watch) >= 300)
        }
    }

    enum Trouble: CaseIterable, Sendable { case absent, paused, wrong }

    @Test(
        "answers everybody while Redis is absent, hangs or lies, and each process spares the source as before",
        arguments: Trouble.allCases)
    func trouble(_ trouble: Trouble) async throws {
        let server = try await RedisServer.start(in: ScratchDirectory())
        var settings = RedisSettings()
        settings.commandTimeoutMs = 100
        let liar: LyingServer.Script = { _, words in
            words[0] == "HELLO"
                ? .silence : .answer(["+OK\r\n", ":7\r\n", "*0\r\n", "gibberish\r\n"].randomElement()!)
        }
        try await LyingServer.run(liar) { lying async throws in
            let url = trouble == .wrong ? lying.url : server.url
            try await PublicProcess.runFleet(of: 2, redis: url, settings, ttlMs: 300, sourceTakesMs: 20) {
                processes, ledger in
                if trouble != .wrong {
                    let (_, failures) = try await askAll(processes, rounds: 20)
                    #expect(failures.isEmpty)
                }
                if trouble == .absent { server.kill() }
                if trouble == .paused { server.pause() }
                let before = ledger.watch
                let (_, failures) = try await askAll(processes, rounds: 150)
                #expect(failures.isEmpty)
                let watch = ledger.watch
                #expect(watch.readings > before.readings)
                // Each for itself, and each no more often than with Redis.
                #expect(watch.mostAtOnce <= 2 * sectionCount)
                for (section, times) in watch.beganAt {
                    let later = times.dropFirst(before.beganAt[section]?.count ?? 0)
                    let first = later.min() ?? 0
                    for start in later {
                        #expect(
                            later.count { (start..<start + 150).contains($0) } <= 2, "since \(start - first)")
                    }
                }
                guard trouble == .paused else { return }
                server.goOn()
                let (_, afterwards) = try await askAll(processes, rounds: 20)
                #expect(afterwards.isEmpty)
            }
        }
    }
}
