import Glibc
import Postgres
import Synchronization
import Testing
import Ticketing
import TicketingTesting

/// A server of its own that is restarted and killed while workers decide.
@Suite("A PostgreSQL that goes down in the middle of a sale", .serialized)
struct CrashTests {
    /// What the workers were told, by purchase.
    private final class Told: Sendable {
        private struct State: Sendable {
            var outcomes: [Int: Outcome] = [:]
            var recordedCounts: [Int: Int] = [:]
            var contradictions = 0
        }
        private let state = Mutex(State())
        let isOver = Atomic(false)

        func note(_ number: Int, _ decision: Decision, _ result: DecisionResult) {
            state.withLock { state in
                let outcome: Outcome
                switch result {
                case .recorded:
                    outcome = decision.outcome
                    state.recordedCounts[number, default: 0] += 1
                case .alreadyDecided(let earlier): outcome = earlier
                case .seatsAlreadySold: return state.contradictions += 1
                }
                if let told = state.outcomes[number], told != outcome { state.contradictions += 1 }
                state.outcomes[number] = outcome
            }
        }

        var count: Int { state.withLock { $0.outcomes.count } }
        var outcomes: [Int: Outcome] { state.withLock { $0.outcomes } }
        var contradictions: Int { state.withLock { $0.contradictions } }
        var recordedTwice: Int { state.withLock { $0.recordedCounts.values.count { $0 > 1 } } }
    }

    @Test("loses nothing that was acknowledged, and decides nothing twice")
    func restartsAndKills() async throws {
        try await PostgresCluster.with(isDurable: true) { cluster in try await Self.sell(on: cluster) }
    }

    private static func sell(on cluster: PostgresCluster) async throws {
        var settings = PoolSettings.forTests
        settings.waitMs = 5_000
        try await cluster.withDatabase(settings) { pool, _ in
            let rounds = getenv("PROVE") == nil ? 4 : 20
            let told = Told()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<6 {
                    group.addTask {
                        try await work(worker, PostgresOrderBook(pool: pool), told)
                    }
                }
                for round in 0..<rounds {
                    let before = told.count
                    for _ in 0..<2_000 where told.count < before + 120 {
                        try await Task.sleep(for: .milliseconds(10))
                    }
                    try await OwnThread.run {
                        cluster.end(round % 2 == 0 ? SIGKILL : SIGINT)
                        try cluster.start()
                    }
                }
                told.isOver.store(true, ordering: .relaxed)
                try await group.waitForAll()
            }
            #expect(told.count >= rounds * 120)
            try await audit(told, pool)
        }
    }

    /// Two workers propose for each purchase. Both decline one in seven; about one in three others they do not agree.
    private static func work(
        _ worker: Int, _ book: PostgresOrderBook, _ told: Told
    ) async throws {
        var first = worker / 2 * 10
        while !told.isOver.load(ordering: .relaxed) {
            let numbers = Array(first..<(first + 10))
            first += 30
            let decisions = try numbers.map { number in
                let isDeclined = number % 7 == 0 || (worker % 2 == 1 && number % 3 == 0)
                return isDeclined ? Sale.declined(number) : try Sale.confirmed(number)
            }
            let results = try await untilDecided(decisions, book)
            for (index, result) in results.enumerated() {
                told.note(numbers[index], decisions[index], result)
            }
        }
    }

    /// What a worker does: asks again with the same values until there is an answer.
    private static func untilDecided(
        _ decisions: [Decision], _ book: PostgresOrderBook
    ) async throws -> [DecisionResult] {
        for _ in 0..<200 {
            do {
                return try await book.decide(decisions)
            } catch {
                try #require(error.isRetryable, "\(error)")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        Issue.record("the server did not come back")
        return []
    }

    private static func audit(_ told: Told, _ pool: PostgresPool) async throws {
        let book = PostgresOrderBook(pool: pool)
        #expect(told.contradictions == 0)
        #expect(told.recordedTwice == 0)
        var confirmed = 0
        for (number, outcome) in told.outcomes {
            let intent = Sale.intent(number)
            let stored = try await book.outcome(of: intent.attempt)
            #expect(stored == outcome, "purchase \(number)")
            let order = try await book.order(for: intent.id)
            #expect((order != nil) == (outcome == .confirmed), "the order of purchase \(number)")
            if outcome == .confirmed { confirmed += 1 }
        }
        #expect(confirmed > 0)
        let rows = try await pool.ask([
            "SELECT count(*) FROM inbox", "SELECT count(*) FROM orders", "SELECT count(*) FROM tickets",
            "SELECT count(*) FROM inbox WHERE outcome = 'confirmed'",
        ])
        #expect(try rows[0].int(0, 0) == told.count)
        #expect(try rows[1].int(0, 0) == confirmed)
        #expect(try rows[2].int(0, 0) == confirmed)
        #expect(try rows[3].int(0, 0) == confirmed)
    }
}
