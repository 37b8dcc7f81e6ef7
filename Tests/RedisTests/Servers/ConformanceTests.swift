import EventLoop
import Testing
import Ticketing
import TicketingTesting

@testable import Redis

/// Every guarantee of the port on real servers of every kind.
@Suite("The cache on Redis conforms")
struct ConformanceTests {
    /// One stage for all checks, so that the servers start once; a prefix of its own for each.
    private func checkAll(_ url: String, _ settings: RedisSettings = CacheStage.patient) async throws {
        for (number, check) in SharedCacheConformance.checks.enumerated() {
            var settings = settings
            settings.keyPrefix = "check-\(number):"
            try await CacheStage.run(url, settings) { stage async throws in
                do {
                    // On the loop, whose thread is this test's own: entries live a second, and the threads of
                    // the pool may be held up by other tests. A server's time is waited for, and a little more.
                    try await stage.onLoop { cache in
                        let passage = Passage { ms in await cache.loop.sleep(forMs: UInt64(ms + 20)) }
                        try await check.run(.init(cache, passage: passage))
                    }
                } catch {
                    Issue.record("\(check): \(error)")
                }
                #expect(stage.reports.badAnswers.isEmpty)
            }
        }
    }

    @Test("on a single server")
    func standalone() async throws {
        let server = try await RedisServer.start(in: ScratchDirectory())
        try await checkAll(server.url)
        try await checkAll(server.url + "/3")
        #expect(try await server.ask("-n", "3", "DBSIZE") != "0")
    }

    @Test("over TLS, as a user with a password from a file")
    func overTLS() async throws {
        let directory = ScratchDirectory()
        let certificates = try await apart { try TestCertificates(in: directory, for: "IP:127.0.0.1") }
        let server = try await RedisServer.start(
            in: directory, tls: certificates, clientArguments: ["-a", "admin"],
            [
                "--requirepass", "admin", "--user", "shop", "on", ">s3cret", "~check-*", "+@read", "+@write",
                "+@scripting", "+@connection",
            ])
        var settings = CacheStage.patient
        settings.caFile = certificates.authority
        settings.passwordFile = directory.write("s3cret\n", to: "password")
        try await checkAll("rediss://shop@127.0.0.1:\(server.port)", settings)
    }

    @Test("on a cluster of three masters and three replicas, plain and over TLS", arguments: [false, true])
    func cluster(overTLS: Bool) async throws {
        let (cluster, settings) = try await RedisCluster.start(overTLS: overTLS)
        try await checkAll(cluster.url, settings)
    }
}
