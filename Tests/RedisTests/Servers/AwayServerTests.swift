import EventLoop
import Testing
import Ticketing
import TicketingTesting

@testable import Redis

@Suite("A server that is away")
struct AwayServerTests {
    private static func isRefused(_ event: RedisEvent) -> Bool {
        if case .refused(.circuitOpen) = event { true } else { false }
    }

    @Test("fails the first call, and then everybody at once without being asked, until it is back")
    func absent() async throws {
        let directory = ScratchDirectory()
        let server = try await RedisServer.start(in: directory)
        server.kill()
        var settings = CacheStage.patient
        settings.firstRetryMs = 60_000
        settings.longestRetryMs = 60_000
        try await CacheStage.run(server.url, settings) { stage async throws in
            let first = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
            #expect(first?.code == .unavailable)
            for _ in 0..<1_000 {
                let error = await stage.failure { cache throws(PortError) in
                    try await cache.beginRefresh(of: "k", leaseMs: 1)
                }
                #expect(error?.code == .unavailable)
            }
            // A thousand calls were no thousand connections.
            #expect(stage.reports.count(Self.isRefused) == 1_000)
            #expect(stage.reports.ends == [.cannotConnect])
        }
        try await CacheStage.run(server.url) { stage async throws in
            #expect(await stage.failure { cache throws(PortError) in try await cache.entry("k") } != nil)
            try await server.startAgain()
            try await stage.untilServed()
            #expect(try await stage.cache.store(someEntry(), under: "k", ttlMs: 60_000))
        }
    }

    @Test("and answers nothing costs a caller its deadline once, and nobody after that")
    func silent() async throws {
        let script: LyingServer.Script = { _, _ in .silence }
        var settings = CacheStage.patient
        settings.commandTimeoutMs = 50
        settings.firstRetryMs = 60_000
        settings.longestRetryMs = 60_000
        try await LyingServer.run(script) { server async throws in
            try await CacheStage.run(server.url, settings) { stage async throws in
                let codes = try await withThrowingTaskGroup(of: PortError.Code?.self) { group in
                    for number in 0..<100 {
                        group.addTask {
                            await stage.failure { cache throws(PortError) in
                                if number % 2 == 0 { return try await cache.entry("k") != nil }
                                return try await cache.store(someEntry(), under: "k", ttlMs: 1)
                            }?.code
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                // A write that was sent may have had its effect; a read has none.
                #expect(codes.allSatisfy { $0 == .unavailable || $0 == .unknownOutcome })
                let sent = server.commands.count
                for _ in 0..<100 {
                    let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
                    #expect(error?.code == .unavailable)
                }
                #expect(server.commands.count == sent)
                #expect(server.connections == 1)
                #expect(stage.reports.ends == [.timedOut])
                #expect(descriptorsConnected(to: server.port) == 0)
            }
        }
    }

    @Test(
        "does not greet, and is given up at the connection's deadline; callers wait no longer than their own")
    func noGreeting() async throws {
        var settings = CacheStage.patient
        settings.commandTimeoutMs = 30
        settings.connectTimeoutMs = 60
        let mute: LyingServer.Script = { _, _ in .bytes([]) }
        try await LyingServer.run(mute) { server async throws in
            try await CacheStage.run(server.url, settings) { stage async throws in
                let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
                #expect(error?.code == .unavailable)
                for _ in 0..<5_000 where stage.reports.ends.isEmpty {
                    try? await Task.sleep(for: .milliseconds(1))
                }
                #expect(stage.reports.ends.first == .cannotConnect)
            }
        }
    }

    @Test("has no name that is known")
    func unknownName() async throws {
        try await CacheStage.run("redis://no-such-host.invalid:1") { stage async throws in
            let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
            #expect(error?.code == .unavailable)
            #expect(stage.reports.ends == [.cannotResolve])
        }
    }

    @Test("a server that ends an idle connection is nobody's failure: the next call makes another")
    func idleEnd() async throws {
        let server = try await RedisServer.start(in: ScratchDirectory())
        try await CacheStage.run(server.url) { stage async throws in
            for round in 1...5 {
                #expect(try await stage.cache.entry("k") == nil)
                #expect(stage.reports.connections == round)
                try await server.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                for _ in 0..<5_000 where stage.reports.ends.count < round {
                    try? await Task.sleep(for: .milliseconds(1))
                }
            }
            #expect(stage.reports.ends.allSatisfy { $0 == .closed })
        }
    }

    @Test("a thousand connections leave no descriptor behind")
    func thousandConnections() async throws {
        let script: LyingServer.Script = { _, words in words[0] == "GETRANGE" ? .end("$0\r\n\r\n") : .silence
        }
        try await LyingServer.run(script) { server async throws in
            try await CacheStage.run(server.url) { stage async throws in
                var (served, calls) = (0, 0)
                while server.connections < 1_000 {
                    if await stage.isServed() { served += 1 }
                    calls += 1
                    guard calls < 20_000 else { break }
                    if served < calls / 2 { try await Task.sleep(for: .milliseconds(1)) }
                }
                #expect(server.connections >= 1_000)
                #expect(served >= 900)
                #expect(descriptorsConnected(to: server.port) <= 1)
            }
            // Refused connections, too.
            try await CacheStage.run("redis://127.0.0.1:\(freePort())") { stage async throws in
                for _ in 0..<5_000 where stage.reports.ends.count < 50 {
                    _ = try? await stage.cache.entry("k")
                    try? await Task.sleep(for: .milliseconds(1))
                }
                #expect(stage.reports.ends.count >= 50)
            }
            #expect(descriptorsConnected(to: server.port) == 0)
        }
    }

    @Test("a closed cache refuses everybody, and whoever waits is told")
    func closed() async throws {
        let script: LyingServer.Script = { _, _ in .silence }
        try await LyingServer.run(script) { server async throws in
            try await CacheStage.run(server.url) { stage async throws in
                async let waiting = stage.failure { cache throws(PortError) in try await cache.entry("k") }
                for _ in 0..<5_000 where server.commands.isEmpty {
                    try? await Task.sleep(for: .milliseconds(1))
                }
                stage.cache.close()
                #expect(await waiting?.code == .unavailable)
                #expect(await stage.failure { cache throws(PortError) in try await cache.entry("k") } != nil)
                #expect(descriptorsConnected(to: server.port) == 0)
            }
        }
    }
}

extension CacheStage {
    /// Whether a call is answered, be it that there is no entry.
    func isServed(_ key: String = "k") async -> Bool {
        await failure { cache throws(PortError) in try await cache.entry(key) } == nil
    }

    /// Asks until an answer comes; bounded by a count and not by a clock.
    func untilServed(_ key: String = "k") async throws {
        for _ in 0..<10_000 {
            if await isServed(key) { return }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw ChildProcess.StartError(message: "\(key) is not served")
    }
}
