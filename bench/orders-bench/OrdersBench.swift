import EventLoop
import Glibc
import JSON
import Postgres
import Ticketing

/// Orders a second that the order book writes into a PostgreSQL, inbox and tickets included, and what they cost here
/// by thread: `worker` makes and encodes them, `postgres` speaks to the server.
@main
enum OrdersBench {
    static func main() async throws {
        do {
            let settings = try BenchSettings(Array(CommandLine.arguments.dropFirst()))
            print(try await run(settings))
        } catch let error as BenchError {
            print("orders-bench: \(error.message)")
            exit(2)
        }
    }

    private struct Draw: Randomness {
        func next() -> UInt64 { .random(in: 0...UInt64.max) }
    }

    private static func run(_ settings: BenchSettings) async throws -> String {
        var poolSettings = PoolSettings()
        poolSettings.maxConnections = settings.connections
        poolSettings.maxInFlight = settings.inFlight
        let pool = try PostgresPool(
            url: PostgresURL(settings.url), settings: poolSettings, randomness: Draw())
        defer { pool.close() }
        _ = try await PostgresSchema(pool).migrate(dryRun: false)
        let worker = LoopThread(name: "worker")
        let loop = worker.loop
        let outcome = await Task(executorPreference: loop) { try await measure(settings, pool, loop) }.result
        worker.stopAndJoin()
        return try outcome.get()
    }

    private static func measure(
        _ settings: BenchSettings, _ pool: PostgresPool, _ loop: EventLoop
    ) async throws -> String {
        let book = PostgresOrderBook(pool: pool)
        let stream = try OrderStream(event: settings.event)
        // Connections, prepared statements and plans are there before the clock starts.
        try await sell(stream, book, settings, loop, rounds: 8, until: nil)
        let timesBefore = threadTimesNs()
        let startNs = LoopClock.system.nowNs()
        let endNs = startNs + UInt64(settings.seconds) * 1_000_000_000
        let sold = try await sell(stream, book, settings, loop, rounds: .max, until: endNs)
        let seconds = Double(LoopClock.system.nowNs() - startNs) / 1e9
        let times = threadTimesNs()
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("orders", sold)
            writer.member("seconds", seconds)
            writer.member("ordersPerSecond", Double(sold) / seconds)
            writer.object("cpuUsPerOrder") { writer in
                for part in ["worker", "postgres"] {
                    let ns = times[part, default: 0] - timesBefore[part, default: 0]
                    writer.name(part)
                    writer.element(Double(ns) / 1_000 / Double(max(sold, 1)))
                }
            }
            writer.member("unknownOutcomes", pool.counters.unknownOutcomes)
            writer.member("retries", pool.counters.retries)
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Gives how many orders the callers sold together.
    @discardableResult
    private static func sell(
        _ stream: OrderStream, _ book: PostgresOrderBook, _ settings: BenchSettings, _ loop: EventLoop,
        rounds: Int, until endNs: UInt64?
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<settings.callers {
                group.addTask(executorPreference: loop) {
                    var sold = 0
                    var round = 0
                    while round < rounds, endNs.map({ LoopClock.system.nowNs() < $0 }) ?? true {
                        round += 1
                        let decisions = try stream.next(settings.batch)
                        for result in try await book.decide(decisions) where result != .recorded {
                            throw BenchError(message: "a decision was \(result)")
                        }
                        sold += decisions.count
                    }
                    return sold
                }
            }
            return try await group.reduce(0, +)
        }
    }
}
