import Testing
import Ticketing
import TicketingTesting

@testable import Redis

@Suite("A Redis cluster", .serialized)
struct ClusterTests {
    @Test(
        "loses a master: its keys are refused and never wrong, a replica takes over, and the old one comes back",
        arguments: [false, true])
    func lostMaster(overTLS: Bool) async throws {
        var (cluster, settings) = try await RedisCluster.start(overTLS: overTLS)
        settings.commandTimeoutMs = 10_000
        settings.longestRetryMs = 100
        try await CacheStage.run(cluster.url, settings) { stage async throws in
            let keys = (0..<60).map { "public:1:{event-\($0)}:seats" }
            for (number, key) in keys.enumerated() {
                #expect(try await stage.cache.store(someEntry(UInt64(number)), under: key, ttlMs: 600_000))
            }
            #expect(stage.reports.connections >= 3)
            // What the replicas have not got by now would be lost with the master, as a cache may lose it.
            for master in try await cluster.masters { try await master.ask("WAIT", "1", "5000") }

            let lost = try #require(try await cluster.masters.first)
            lost.kill()
            var refused = 0
            var isServed = false
            for _ in 0..<600 where !isServed {
                var missing = 0
                for (number, key) in keys.enumerated() {
                    do {
                        let entry = try await stage.cache.entry(key)
                        #expect(
                            entry == nil || entry == someEntry(UInt64(number)), "a wrong answer for \(key)")
                    } catch {
                        missing += 1
                    }
                }
                refused += missing
                isServed = missing == 0
                if !isServed { try await Task.sleep(for: .milliseconds(50)) }
            }
            #expect(isServed, "the replica has not taken over")
            #expect(refused > 0)
            for (number, key) in keys.enumerated() {
                #expect(try await stage.cache.entry(key) == someEntry(UInt64(number)))
                #expect(
                    try await stage.cache.store(someEntry(UInt64(number) + 100), under: key, ttlMs: 600_000))
            }

            try await lost.startAgain()
            var replicas = 0
            for _ in 0..<300 where replicas < 3 {
                replicas = try await cluster.replicas.count
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(replicas == 3, "the old master was not taken back")
            for (number, key) in keys.enumerated() {
                #expect(try await stage.cache.entry(key) == someEntry(UInt64(number) + 100))
            }
            #expect(stage.reports.badAnswers.isEmpty)
        }
    }

    @Test(
        "moves a slot while it is used: asked where it goes, and followed when it has gone",
        arguments: [false, true])
    func movedSlot(overTLS: Bool) async throws {
        let (cluster, settings) = try await RedisCluster.start(overTLS: overTLS)
        try await CacheStage.run(cluster.url, settings) { stage async throws in
            let key = "public:1:{moving}:seats"
            #expect(try await stage.cache.store(someEntry(1), under: key, ttlMs: 600_000))
            let slot = "\(HashSlot.of(Array("{moving}".utf8)))"
            let masters = try await cluster.masters
            var owner: RedisServer?
            for master in masters
            where try await master.ask("CLUSTER", "COUNTKEYSINSLOT", slot) == "1" { owner = master }
            let source = try #require(owner)
            let target = try #require(masters.first { $0 !== source })
            try await target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", cluster.id(of: source))
            try await source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", cluster.id(of: target))
            #expect(try await stage.cache.entry(key) == someEntry(1))
            try await source.ask("MIGRATE", "127.0.0.1", "\(target.port)", "ticket:\(key)", "0", "5000")
            // Half way: the source sends on with ASK whatever it does not have any more.
            #expect(try await stage.cache.entry(key) == someEntry(1))
            #expect(try await stage.cache.store(someEntry(2), under: key, ttlMs: 600_000))
            let lease = try #require(try await stage.cache.beginRefresh(of: key, leaseMs: 600_000))
            #expect(try await stage.cache.beginRefresh(of: key, leaseMs: 600_000) == nil)
            let asked = stage.reports.count { if case .redirected = $0 { true } else { false } }
            #expect(asked >= 3)
            for server in [target, source] {
                try await server.ask("CLUSTER", "SETSLOT", slot, "NODE", cluster.id(of: target))
            }
            #expect(try await stage.cache.entry(key) == someEntry(2))
            try await stage.cache.endRefresh(lease)
            #expect(try await stage.cache.beginRefresh(of: key, leaseMs: 600_000) != nil)
            // Once it is known where the slot is, nobody is sent on.
            for _ in 0..<2_000
            where stage.reports.count({ if case .slotsRead = $0 { true } else { false } }) < 2 {
                try await Task.sleep(for: .milliseconds(2))
            }
            let before = stage.reports.count { if case .redirected = $0 { true } else { false } }
            #expect(try await stage.cache.entry(key) == someEntry(2))
            #expect(stage.reports.count { if case .redirected = $0 { true } else { false } } == before)
            #expect(stage.reports.badAnswers.isEmpty)
        }
    }

    @Test("is told from a single server, both ways")
    func wrongKind() async throws {
        let single = try await RedisServer.start(in: ScratchDirectory())
        try await CacheStage.run("redis+cluster://127.0.0.1:\(single.port)") { stage async throws in
            #expect(await stage.failure { cache throws(PortError) in try await cache.entry("k") } != nil)
            #expect(stage.reports.ends == [.wrongServer])
        }
        let node = try await RedisServer.start(
            in: ScratchDirectory(), ["--cluster-enabled", "yes", "--cluster-port", "\(freePort())"])
        try await CacheStage.run(node.url) { stage async throws in
            let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
            #expect(error?.code == .rejected)
        }
    }

    @Test("that redirects a key by another key's slot is not believed")
    func wrongSlot() async throws {
        let slot = HashSlot.of(Array("ticket:k".utf8))
        let script: LyingServer.Script = { _, words in
            switch words[0] {
            case "HELLO": .answer("%1\r\n+mode\r\n+cluster\r\n")
            case "CLUSTER": .answer("*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$0\r\n\r\n:{port}\r\n")
            default: .answer("-MOVED \(slot + 1) 127.0.0.1:{port}\r\n")
            }
        }
        try await LyingServer.run(script) { server async throws in
            try await CacheStage.run("redis+cluster://127.0.0.1:\(server.port)") { stage async throws in
                let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
                #expect(error?.code == .corrupt)
                await stage.turn()
                #expect(stage.reports.ends == [.badAnswer])
                #expect(server.commands.count { $0 == "GETRANGE" } == 1)
            }
        }
    }

    @Test(
        "that redirects for ever is left after a few, and one that is nowhere settled is asked for its slots again"
    )
    func endlessRedirects() async throws {
        let slot = HashSlot.of(Array("ticket:k".utf8))
        let script: LyingServer.Script = { _, words in
            switch words[0] {
            case "HELLO": .answer("%1\r\n+mode\r\n+cluster\r\n")
            case "CLUSTER": .answer("*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$0\r\n\r\n:{port}\r\n")
            case "GETRANGE": .answer("-MOVED \(slot) 127.0.0.1:{port}\r\n")
            default: .answer("-CLUSTERDOWN the cluster is down\r\n")
            }
        }
        try await LyingServer.run(script) { server async throws in
            var settings = CacheStage.patient
            settings.maxRedirects = 3
            try await CacheStage.run("redis+cluster://127.0.0.1:\(server.port)", settings) {
                stage async throws in
                let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
                #expect(error?.code == .unavailable)
                #expect(server.commands.count { $0 == "GETRANGE" } == 4)
                let other = await stage.failure { cache throws(PortError) in
                    try await cache.beginRefresh(of: "k", leaseMs: 1)
                }
                #expect(other?.code == .unavailable)
                for _ in 0..<5_000 where server.commands.count(where: { $0 == "CLUSTER" }) < 2 {
                    try await Task.sleep(for: .milliseconds(1))
                }
                #expect(server.commands.count { $0 == "CLUSTER" } >= 2)
                #expect(stage.reports.ends.isEmpty)
            }
        }
    }
}
