import Testing
import Ticketing
import TicketingTesting

@testable import Redis

/// What the cluster says of its nodes is only where they are: who they are is what each has to prove.
@Suite("A Redis cluster over TLS", .serialized)
struct ClusterTLSTests {
    enum Stranger: CaseIterable {
        /// An authority that is trusted vouches for it, but for another host.
        case ofAnotherName
        /// It says the right name, and nobody who is trusted vouches for it.
        case ofAnotherAuthority
    }

    @Test(
        "has a node whose certificate is not its own: it gets no key, by its slots or by MOVED, and the others do",
        arguments: Stranger.allCases)
    func stranger(_ stranger: Stranger) async throws {
        let directory = ScratchDirectory()
        let certificates = try await apart { try TestCertificates(in: directory, for: "IP:127.0.0.1") }
        let isNamed = stranger == .ofAnotherAuthority
        let strange = try await apart {
            try TestCertificates(
                in: directory, for: isNamed ? "IP:127.0.0.1" : "DNS:elsewhere.internal", called: "strange")
        }
        let cluster = try await RedisCluster.start(.init(certificates: certificates, strange: strange))
        let impostor = cluster.servers[2]
        var settings = CacheStage.patient
        // The slots are read once: what moves after that is learnt from MOVED.
        settings.leastSlotsPauseMs = 600_000
        let both = [certificates, strange].map { directory.read($0.authority) }.joined()
        settings.caFile = isNamed ? certificates.authority : directory.write(both, to: "both.pem")
        try await CacheStage.run(cluster.url, settings) { stage async throws in
            var refused: String?
            var served: String?
            for number in 0..<100 where refused == nil || served == nil {
                let key = "public:1:{event-\(number)}:seats"
                let error = await stage.failure { cache throws(PortError) in
                    try await cache.store(someEntry(1), under: key, ttlMs: 600_000)
                }
                if let error {
                    refused = key
                    let words = isNamed ? "certificate" : "mismatch"
                    #expect(error.description.contains(words), "\(error)")
                } else {
                    served = key
                }
            }
            #expect(refused != nil, "the stranger was believed")
            #expect(stage.reports.ends.contains(.tlsFailed))
            #expect(try await impostor.ask("DBSIZE") == "0")

            // A key of a master that is believed is sent on to the one that is not.
            let key = try #require(served)
            #expect(try await stage.cache.entry(key) == someEntry(1))
            let slot = "\(HashSlot.of(Array("ticket:\(key)".utf8)))"
            var owner: RedisServer?
            for master in try await cluster.masters
            where try await master.ask("CLUSTER", "COUNTKEYSINSLOT", slot) == "1" { owner = master }
            let source = try #require(owner)
            try await source.ask("DEL", "ticket:\(key)")
            for server in [impostor, source] {
                try await server.ask("CLUSTER", "SETSLOT", slot, "NODE", cluster.id(of: impostor))
            }
            let error = await stage.failure { cache throws(PortError) in
                try await cache.store(someEntry(2), under: key, ttlMs: 600_000)
            }
            #expect(error != nil, "the stranger was believed when MOVED named it")
            #expect(stage.reports.count { if case .redirected = $0 { true } else { false } } > 0)
            #expect(try await impostor.ask("DBSIZE") == "0")
        }
    }
}
