import Glibc

/// Three masters with a replica each, on loopback.
final class RedisCluster: Sendable {
    let servers: [RedisServer]
    private let directory: ScratchDirectory

    init(in directory: ScratchDirectory) throws {
        self.directory = directory
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
        try wait("settle") { cluster in
            try cluster.servers.allSatisfy {
                let info = try $0.ask("CLUSTER", "INFO")
                return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:6")
            } && cluster.masters.count == 3
                && cluster.replicas.allSatisfy {
                    try $0.ask("INFO", "replication").contains("master_link_status:up")
                }
        }
    }

    var url: String { "redis+cluster://127.0.0.1:\(servers[0].port),127.0.0.1:\(servers[3].port)" }

    var masters: [RedisServer] {
        get throws { try servers.filter { try $0.ask("ROLE").hasPrefix("master") } }
    }

    var replicas: [RedisServer] {
        get throws { try servers.filter { try $0.ask("ROLE").hasPrefix("slave") } }
    }

    func id(of server: RedisServer) throws -> String { try server.ask("CLUSTER", "MYID") }

    /// Bounded by a count and not by a clock.
    func wait(_ what: String, until condition: (RedisCluster) throws -> Bool) throws {
        for _ in 0..<300 {
            if (try? condition(self)) == true { return }
            usleep(100_000)
        }
        throw ChildProcess.StartError(message: "the cluster did not \(what)")
    }
}
