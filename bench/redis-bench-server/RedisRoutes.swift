import Bootstrap
import Glibc
import HTTP
import Redis
import Ticketing

/// One answer of 600 bytes: ready, made from what the process holds, and made from what Redis holds.
enum RedisRoutes {
    private static let key = "bench:1:{demo}:seats"

    static func add(to context: LoopContext) {
        let entry = CacheEntry(bytes: sixHundredBytes(), version: 1, madeAt: Timestamp(msSinceEpoch: 1))
        let ready = ReadyAnswer(
            .ok, contentType: "application/json", headers: cacheHeaders, body: entry.bytes)
        let held = [key: entry]
        let cache = connect(context)
        context.router.on(.get, "/bench/ready", .immediate { _ throws(Problem) in Response(ready) })
        context.router.on(
            .get, "/bench/process",
            .suspending { _ async throws(Problem) in
                guard let entry = held[key] else { throw .notFound() }
                return answer(entry)
            })
        context.router.on(
            .get, "/bench/redis",
            .suspending { _ async throws(Problem) in
                do throws(PortError) {
                    if let entry = try await cache.entry(key) { return answer(entry) }
                    _ = try await cache.store(entry, under: key, ttlMs: 3_600_000)
                    return answer(entry)
                } catch {
                    throw .unavailable(error.description)
                }
            })
    }

    private static func connect(_ context: LoopContext) -> RedisCache {
        do throws(RedisError) {
            let url = try RedisURL(
                getenv("REDIS_BENCH_URL").map { String(cString: $0) } ?? "redis://localhost")
            return try RedisCache(url: url, loop: context.loop, randomness: BenchRandomness())
        } catch {
            fatalError("\(error)")
        }
    }

    private static func answer(_ entry: CacheEntry) -> Response {
        Response(.ok, contentType: "application/json", headers: cacheHeaders, body: entry.bytes)
    }

    private static let cacheHeaders = [Header("Cache-Control", "public, max-age=1")]

    private static func sixHundredBytes() -> [UInt8] {
        let start = Array(#"{"event":"demo","seats":""#.utf8)
        let end = Array(#""}"#.utf8)
        return start + [UInt8](repeating: 0x61, count: 600 - start.count - end.count) + end
    }
}

private struct BenchRandomness: Randomness {
    func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
