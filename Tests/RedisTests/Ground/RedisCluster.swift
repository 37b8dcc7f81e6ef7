import Glibc
import TicketingTesting

@testable import Redis

/// Three masters with a replica each, on loopback.
final class RedisCluster: Sendable {
    /// How its nodes speak TLS, with each other and with clients.
    struct TLS: Sendable {
        let certificates: TestCertificates
        /// Of the third master, and of nobody else.
        var strange: TestCertificates?
    }

    let servers: [RedisServer]
    private let tls: TLS?

    static func start(_ tls: TLS? = nil) async throws -> RedisCluster {
        try await apart { try RedisCluster(in: ScratchDirectory(), tls) }
    }

    /// Over TLS as a client should use it, with the settings that trust its nodes; or plain.
    static func start(
        overTLS isTLS: Bool, _ settings: RedisSettings = CacheStage.patient
    ) async throws -> (cluster: RedisCluster, settings: RedisSettings) {
        guard isTLS else { return (try await start(), settings) }
        let certificates = try await apart {
            try TestCertificates(in: ScratchDirectory(), for: "IP:127.0.0.1")
        }
        var trusting = settings
        trusting.caFile = certificates.authority
        return (try await start(TLS(certificates: certificates)), trusting)
    }

    private init(in directory: ScratchDirectory, _ tls: TLS?) throws {
        self.tls = tls
        // The nodes believe each other, whatever a client makes of their certificates.
        let authorities = [tls?.certificates.authority, tls?.strange?.authority].compactMap { $0 }
        let trusted = directory.write(authorities.map(directory.read).joined(), to: "authorities.pem")
        servers = try (0..<6).map { number in
            try RedisServer(
                in: directory, tls: number == 2 ? tls?.strange ?? tls?.certificates : tls?.certificates,
                trusting: trusted,
                [
                    "--cluster-enabled", "yes", "--cluster-port", "\(freePort())",
                    "--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no",
                    "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0",
                ] + (tls == nil ? [] : ["--tls-cluster", "yes", "--tls-replication", "yes"]))
        }
        try ChildProcess.run(
            "redis-cli",
            (tls == nil ? [] : ["--tls", "--cacert", trusted]) + ["--cluster", "create"]
                + servers.map { "127.0.0.1:\($0.port)" } + ["--cluster-replicas", "1", "--cluster-yes"],
            in: directory)
        try settle()
    }

    /// Until all know each other and every replica follows its master. Bounded by a count and not by a clock.
    private func settle() throws {
        for _ in 0..<300 {
            if (try? isSettled) == true { return }
            usleep(100_000)
        }
        throw ChildProcess.StartError(message: "the cluster did not settle")
    }

    private var isSettled: Bool {
        get throws {
            try servers.allSatisfy {
                let info = try $0.answer(["CLUSTER", "INFO"])
                return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:6")
            } && servers(thatAre: "master").count == 3
                && servers(thatAre: "slave").allSatisfy {
                    try $0.answer(["INFO", "replication"]).contains("master_link_status:up")
                }
        }
    }

    private func servers(thatAre role: String) throws -> [RedisServer] {
        try servers.filter { try $0.answer(["ROLE"]).hasPrefix(role) }
    }

    var url: String {
        "redis\(tls == nil ? "" : "s")+cluster://127.0.0.1:\(servers[0].port),127.0.0.1:\(servers[3].port)"
    }

    var masters: [RedisServer] {
        get async throws { try await apart { try self.servers(thatAre: "master") } }
    }

    var replicas: [RedisServer] {
        get async throws { try await apart { try self.servers(thatAre: "slave") } }
    }

    func id(of server: RedisServer) async throws -> String { try await server.ask("CLUSTER", "MYID") }
}
