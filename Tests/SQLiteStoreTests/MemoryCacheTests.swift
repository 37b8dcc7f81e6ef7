import SQLiteStore
import Testing
import Ticketing
import TicketingTesting

@Suite("The cache in memory")
struct MemoryCacheTests {
    private let clock = ManualClock()

    private func entry(_ version: UInt64, bytes: Int = 100) -> CacheEntry {
        CacheEntry(bytes: [UInt8](repeating: 1, count: bytes), version: version, madeAt: clock.now())
    }

    @Test("never holds more entries than it may, and forgets what was used longest ago")
    func entryLimit() async throws {
        let cache = MemoryCache(clock: clock, maxEntries: 16)
        _ = try await cache.store(entry(1), under: "kept", ttlMs: 60_000)
        for number in 0..<200 {
            _ = try await cache.store(entry(1), under: "\(number)", ttlMs: 60_000)
            let kept = try await cache.entry("kept")
            #expect(kept != nil)
        }
        var found = 0
        for number in 0..<200 where try await cache.entry("\(number)") != nil { found += 1 }
        #expect((8...15).contains(found))
    }

    @Test("never holds more bytes than it may, and does not take what is too large for it")
    func byteLimit() async throws {
        let cache = MemoryCache(clock: clock, maxBytes: 10_000)
        let tooLarge = try await cache.store(entry(1, bytes: 10_001), under: "large", ttlMs: 60_000)
        #expect(!tooLarge)
        for number in 0..<50 {
            let stored = try await cache.store(entry(1, bytes: 2_000), under: "\(number)", ttlMs: 60_000)
            #expect(stored)
        }
        var found = 0
        for number in 0..<50 where try await cache.entry("\(number)") != nil { found += 1 }
        #expect((1...4).contains(found))
    }

    @Test("gives the place of what has expired to others first")
    func expired() async throws {
        let cache = MemoryCache(clock: clock, maxEntries: 4)
        for number in 0..<2 { _ = try await cache.store(entry(1), under: "long \(number)", ttlMs: 60_000) }
        for number in 0..<2 { _ = try await cache.store(entry(1), under: "short \(number)", ttlMs: 1_000) }
        clock.advance(ms: 1_000)
        for number in 0..<2 { _ = try await cache.store(entry(1), under: "new \(number)", ttlMs: 60_000) }
        for key in ["long 0", "long 1", "new 0", "new 1"] {
            let found = try await cache.entry(key)
            #expect(found != nil, "\(key)")
        }
    }
}
