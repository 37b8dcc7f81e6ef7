import EventLoop
import Synchronization
import Ticketing
import TicketingTesting

@testable import Redis

/// A cache on a loop of its own, with what it reports.
struct CacheStage: Sendable {
    let cache: RedisCache
    let loop: EventLoop
    let reports: Reports

    /// What happened, in words.
    final class Reports: Sendable {
        private let state = Mutex<[RedisEvent]>([])

        func add(_ event: RedisEvent) { state.withLock { $0.append(event) } }

        var all: [RedisEvent] { state.withLock { $0 } }

        func count(_ isMeant: (RedisEvent) -> Bool) -> Int { all.count(where: isMeant) }

        var connections: Int { count { if case .connected = $0 { true } else { false } } }

        var badAnswers: [RedisError] {
            all.compactMap { if case .badAnswer(_, let error) = $0 { error } else { nil } }
        }

        var ends: [RedisError.Code] {
            all.compactMap { if case .disconnected(_, let error) = $0 { error.code } else { nil } }
        }
    }

    /// Deadlines that a crowded machine keeps; a test of deadlines sets its own.
    static var patient: RedisSettings {
        var settings = RedisSettings()
        settings.commandTimeoutMs = 30_000
        settings.connectTimeoutMs = 30_000
        settings.firstRetryMs = 1
        settings.longestRetryMs = 20
        settings.leastSlotsPauseMs = 20
        return settings
    }

    static func run<Value>(
        _ url: String, _ settings: RedisSettings = patient, _ test: (CacheStage) async throws -> Value
    ) async throws -> Value {
        let thread = LoopThread(name: "redis-test")
        let outcome: Result<Value, any Error>
        do {
            let reports = Reports()
            let cache = try RedisCache(
                url: RedisURL(url), settings: settings, loop: thread.loop,
                randomness: SeededRandomness(seed: 5), observer: reports.add)
            do {
                outcome = .success(
                    try await test(CacheStage(cache: cache, loop: thread.loop, reports: reports)))
            } catch {
                outcome = .failure(error)
            }
            cache.close()
            thread.loop.runAndWait {}
        } catch {
            outcome = .failure(error)
        }
        thread.stopAndJoin()
        return try outcome.get()
    }

    /// Runs the body as a task of the loop.
    func onLoop<Value: Sendable>(_ body: @escaping @Sendable (RedisCache) async throws -> Value) async throws
        -> Value
    {
        let cache = cache
        return try await Task(executorPreference: loop) { try await body(cache) }.value
    }

    /// Returns when the loop's turn of now is over: a caller is told first, and then the connection ends.
    func turn() async { await Task(executorPreference: loop) {}.value }

    /// The error of a call that is expected to fail.
    func failure<Value>(
        _ call: (RedisCache) async throws(PortError) -> Value
    ) async -> PortError? {
        do throws(PortError) {
            _ = try await call(cache)
            return nil
        } catch {
            return error
        }
    }
}

func someEntry(_ version: UInt64 = 1, _ bytes: [UInt8] = [1, 2, 3]) -> CacheEntry {
    CacheEntry(bytes: bytes, version: version, madeAt: SmallHall.opensAt)
}
