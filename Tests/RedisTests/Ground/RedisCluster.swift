import Glibc
import TicketingTesting

/// Three masters with a replica each, on loopback.
final class RedisCluster: Sendable {
    let servers: [RedisServer]

    static func start() async throws -> RedisCluster {
        try await apart { try RedisCluster(in: ScratchDirectory()) }
    }

    private init(in directory: ScratchDirectory) throws {
        servers = try (0..<6).map { _ in
            try RedisServer(
                in: directory,
                [
                    "--cluster-enabled", "yes", "--cluster-port", "\(freePort())",
                    "--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no",
                    "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0",
                ])
        }
        try ChildProcess.run(
            "redis-cli",
            ["--cluster", "create"] + servers.map { "127.0.0.1:\($0.port)" }
                + ["--cluster-replicas", "1", "--cluster-yes"], in: directory)
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

    var url: String { "redis+cluster://127.0.0.1:\(servers[0].port),127.0.0.1:\(servers[3].port)" }

    var masters: [RedisServer] {
        get async throws { try await apart { try self.servers(thatAre: "master") } }
    }

    var replicas: [RedisServer] {
        get async throws { try await apart { try self.servers(thatAre: "slave") } }
    }

    func id(of server: RedisServer) async throws -> String { try await server.ask("CLUSTER", "MYID") }
}
