import Synchronization
import Testing
import TicketingTesting

@testable import Postgres

extension PostgresTests {
    @Suite("What is told of a pool")
    struct PoolWatchTests {
        @Test("knows how many connections are open, and tells how long each question took")
        func watched() async throws {
            let cluster = try sharedCluster()
            try await cluster.withDatabase { _, name in
                let durations = Durations()
                let pool = try PostgresPool(
                    url: cluster.url(name), settings: .forTests, randomness: SeededRandomness(seed: 1),
                    noteDuration: { durations.note($0) })
                defer { pool.close() }
                #expect(pool.counters.connectionsOpen == 0)
                _ = try await pool.ask(["SELECT pg_sleep(0.05)::text"])
                _ = try? await pool.ask(["SELECT 1/0"])
                #expect(durations.nanoseconds.count == 2)
                #expect(durations.nanoseconds[0] >= 50_000_000)
                #expect(pool.counters.connectionsOpen == 1)
            }
        }
    }
}

private final class Durations: Sendable {
    private let noted = Mutex<[UInt64]>([])
    var nanoseconds: [UInt64] { noted.withLock { $0 } }
    func note(_ took: UInt64) { noted.withLock { $0.append(took) } }
}
