import Testing
import Ticketing
import TicketingTesting

@testable import Redis

@Suite("TLS to Redis")
struct TLSTests {
    @Test("is refused when the certificate is another host's, is unknown, or is none")
    func refusals() async throws {
        let directory = ScratchDirectory()
        let certificates = try await apart { try TestCertificates(in: directory, for: "DNS:localhost") }
        let other = try await apart {
            try TestCertificates(in: directory, for: "DNS:localhost", called: "other")
        }
        let server = try await RedisServer.start(in: directory, tls: certificates)
        let plain = try await RedisServer.start(in: directory)
        var settings = CacheStage.patient
        settings.caFile = certificates.authority
        try await CacheStage.run("rediss://localhost:\(server.port)", settings) { stage async throws in
            #expect(try await stage.cache.entry("k") == nil)
        }
        // The right authority, the wrong name.
        try await expectRefused("rediss://127.0.0.1:\(server.port)", settings, .tlsFailed, saying: "mismatch")
        // The right name, a stranger's authority.
        var strangers = settings
        strangers.caFile = other.authority
        try await expectRefused(
            "rediss://localhost:\(server.port)", strangers, .tlsFailed, saying: "certificate")
        // The system's own authorities know nothing of it either.
        try await expectRefused(
            "rediss://localhost:\(server.port)", CacheStage.patient, .tlsFailed, saying: "certificate")
        // The right authority, another host's name.
        let elsewhere = try await apart {
            try TestCertificates(in: directory, for: "DNS:elsewhere.internal", called: "elsewhere")
        }
        let impostor = try await RedisServer.start(in: directory, tls: elsewhere)
        var trusting = settings
        trusting.caFile = elsewhere.authority
        try await expectRefused(
            "rediss://localhost:\(impostor.port)", trusting, .tlsFailed, saying: "mismatch")
        // A server without TLS, and one that wants it.
        let url = "rediss://localhost:\(plain.port)"
        var hasty = settings
        hasty.connectTimeoutMs = 1_000
        try await expectRefused(url, hasty, nil, saying: "")
        try await expectRefused("redis://localhost:\(server.port)", hasty, nil, saying: "")
    }

    private func expectRefused(
        _ url: String, _ settings: RedisSettings, _ code: RedisError.Code?, saying text: String
    ) async throws {
        try await CacheStage.run(url, settings) { stage async throws in
            let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
            #expect(error != nil)
            #expect(stage.reports.connections == 0)
            guard let code else { return }
            #expect(stage.reports.ends == [code])
            #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
        }
    }

    @Test("carries entries of any size in both directions")
    func largeEntries() async throws {
        let directory = ScratchDirectory()
        let certificates = try await apart { try TestCertificates(in: directory, for: "IP:127.0.0.1") }
        let server = try await RedisServer.start(in: directory, tls: certificates)
        var settings = CacheStage.patient
        settings.caFile = certificates.authority
        try await CacheStage.run("rediss://127.0.0.1:\(server.port)", settings) { stage async throws in
            for size in [0, 1, 16_000, 16_384, 100_000, 3_000_000] {
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
                #expect(try await stage.cache.store(someEntry(1, bytes), under: "\(size)", ttlMs: 60_000))
            }
            for size in [3_000_000, 100_000, 16_384, 16_000, 1, 0] {
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
                #expect(try await stage.cache.entry("\(size)") == someEntry(1, bytes))
            }
            #expect(stage.reports.connections == 1)
        }
    }

    @Test("a password that changes is read again, and a CA file that is none is said at once")
    func secrets() async throws {
        let directory = ScratchDirectory()
        let server = try await RedisServer.start(
            in: directory, clientArguments: ["-a", "old"], ["--requirepass", "old"])
        var settings = CacheStage.patient
        settings.passwordFile = directory.write("new\r\n", to: "password")
        try await CacheStage.run(server.url, settings) { stage async throws in
            let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
            #expect(error?.code == .rejected)
            #expect(error?.description.contains("new") == false)
            directory.write("old", to: "password")
            try await stage.untilServed()
        }
        settings.passwordFile = "\(directory.path)/nothing"
        try await CacheStage.run(server.url, settings) { stage async throws in
            let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
            #expect(error?.code == .rejected)
        }
        settings.caFile = directory.write("nonsense", to: "ca.pem")
        await #expect(throws: RedisError.self) {
            try await CacheStage.run("rediss://localhost", settings) { _ in }
        }
    }
}
