import Glibc
import Postgres
import Testing
import Ticketing

/// A server of its own, so that its sockets can be counted.
@Suite("Connections that are lost", .serialized)
struct ReconnectTests {
    /// Sockets of this process to the port, whatever their state, save those that the kernel alone still keeps.
    private func openSockets(to port: Int) throws -> Int {
        let file = try #require(fopen("/proc/self/net/tcp", "r"))
        defer { fclose(file) }
        let digits = String(port, radix: 16, uppercase: true)
        let suffix = ":" + String(repeating: "0", count: 4 - digits.count) + digits
        var count = 0
        var line = [CChar](repeating: 0, count: 512)
        while fgets(&line, 512, file) != nil {
            let fields = line.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }.split(
                separator: " ")
            guard fields.count > 9, fields[2].hasSuffix(suffix), fields[9] != "0" else { continue }
            count += 1
        }
        return count
    }

    @Test("a thousand times leave no descriptor behind")
    func thousand() async throws {
        try await PostgresCluster.with { cluster in try await reconnect(to: cluster) }
    }

    private func reconnect(to cluster: PostgresCluster) async throws {
        var settings = PoolSettings.forTests
        settings.maxConnections = 1
        let pool = try cluster.pool("postgres", settings)
        defer { pool.close() }
        _ = try await pool.ask(["SELECT 1::bigint"])
        #expect(try openSockets(to: cluster.port) == 1)
        for _ in 0..<1_000 {
            // The server ends the session in the middle of its own question.
            _ = try? await pool.ask(["SELECT pg_terminate_backend(pg_backend_pid())"], isPrepared: false)
        }
        _ = try await pool.ask(["SELECT 1::bigint"])
        #expect(pool.counters.connectionsMade > 1_000)
        #expect(try openSockets(to: cluster.port) == 1)
    }
}
