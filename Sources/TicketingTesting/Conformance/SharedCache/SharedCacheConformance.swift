import Ticketing

/// What every shared cache must do.
package enum SharedCacheConformance {
    /// A cache with the way its time passes.
    package struct Subject: Sendable {
        let cache: any SharedCache
        let passage: Passage

        package init(_ cache: any SharedCache, passage: Passage) {
            self.cache = cache
            self.passage = passage
        }
    }

    package typealias Check = ConformanceCheck<Subject>

    package static let checks: [Check] = storing + refreshing

    private static let ttlMs = 1000

    private static func entry(_ version: UInt64, atMs ms: Int64 = 0, _ bytes: [UInt8] = [1, 2, 3])
        -> CacheEntry
    {
        CacheEntry(bytes: bytes, version: version, madeAt: SmallHall.opensAt.adding(ms: ms))
    }

    private static let storing: [Check] = [
        Check("an entry is read back as it was stored, any bytes") { subject in
            let stored = entry(UInt64(Int64.max), atMs: 123, [UInt8](0...255) + [13, 10, 0])
            try requireEqual(await subject.cache.store(stored, under: "k", ttlMs: ttlMs), true, "storing")
            try requireEqual(await subject.cache.entry("k"), stored, "the entry")
            try requireEqual(await subject.cache.entry("other"), nil, "an unknown entry")
            let empty = entry(1, [])
            _ = try await subject.cache.store(empty, under: "empty", ttlMs: ttlMs)
            try requireEqual(await subject.cache.entry("empty"), empty, "the empty entry")
        },
        Check("an entry is gone when its time to live has passed") { subject in
            _ = try await subject.cache.store(entry(9), under: "k", ttlMs: ttlMs)
            try await subject.passage(ms: ttlMs)
            try requireEqual(await subject.cache.entry("k"), nil, "the entry")
            try requireEqual(
                await subject.cache.store(entry(1), under: "k", ttlMs: ttlMs), true,
                "storing an older version then")
        },
        Check("a later version or a later reading takes the place, nothing else does") { subject in
            let cache = subject.cache
            _ = try await cache.store(entry(5, atMs: 50), under: "k", ttlMs: ttlMs)
            try requireEqual(
                await cache.store(entry(4, atMs: 99), under: "k", ttlMs: ttlMs), false, "an older version")
            try requireEqual(
                await cache.store(entry(5, atMs: 49), under: "k", ttlMs: ttlMs), false, "an older reading")
            try requireEqual(
                await cache.store(entry(5, atMs: 50), under: "k", ttlMs: ttlMs), false, "the same again")
            try requireEqual(await cache.entry("k"), entry(5, atMs: 50), "the entry")
            try requireEqual(
                await cache.store(entry(5, atMs: 51), under: "k", ttlMs: ttlMs), true, "a later reading")
            try requireEqual(
                await cache.store(entry(6, atMs: 2), under: "k", ttlMs: ttlMs), true, "a later version")
            try requireEqual(await cache.entry("k"), entry(6, atMs: 2), "the entry at the end")
        },
        Check("of parallel stores the latest version stays") { subject in
            _ = try await inParallel(50) { number in
                try await subject.cache.store(entry(UInt64(number)), under: "k", ttlMs: 10 * ttlMs)
            }
            try requireEqual(await subject.cache.entry("k")?.version, 49, "the version")
        },
    ]

    private static let refreshing: [Check] = [
        Check("one refreshes a key at a time, and other keys do not wait for it") { subject in
            let lease = try requireSome(await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), "lease")
            try requireEqual(await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), nil, "a second lease")
            _ = try requireSome(
                await subject.cache.beginRefresh(of: "other", leaseMs: ttlMs), "lease of another key")
            try await subject.cache.endRefresh(lease)
            _ = try requireSome(
                await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), "lease after the end")
        },
        Check("of 50 who begin in parallel one may") { subject in
            let leases = try await inParallel(50) { _ in
                try await subject.cache.beginRefresh(of: "k", leaseMs: 10 * ttlMs)
            }
            try requireEqual(leases.count { $0 != nil }, 1, "the number of leases")
        },
        Check("a lease whose holder has gone ends by itself") { subject in
            _ = try requireSome(await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), "lease")
            try await subject.passage(ms: ttlMs)
            _ = try requireSome(
                await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), "lease after the crash")
        },
        Check("a lease that its holder extends goes on, and ends as any other") { subject in
            let lease = try requireSome(await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), "lease")
            try requireEqual(
                await subject.cache.extendRefresh(lease, leaseMs: 10 * ttlMs), true, "the extension")
            try await subject.passage(ms: ttlMs)
            try requireEqual(await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), nil, "a second lease")
            try await subject.cache.endRefresh(lease)
            try requireEqual(
                await subject.cache.extendRefresh(lease, leaseMs: ttlMs), false, "one after the end")
            _ = try requireSome(
                await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), "lease after the end")
        },
        Check("who lost a lease does not extend the next holder's") { subject in
            let lost = try requireSome(await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), "lease")
            try await subject.passage(ms: ttlMs)
            try requireEqual(
                await subject.cache.extendRefresh(lost, leaseMs: 10 * ttlMs), false, "one of nobody's lease")
            _ = try requireSome(await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), "next lease")
            try requireEqual(
                await subject.cache.extendRefresh(lost, leaseMs: 10 * ttlMs), false, "one of another's lease")
            try await subject.passage(ms: ttlMs)
            _ = try requireSome(
                await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), "the lease after it")
        },
        Check("who lost a lease does not end the next holder's") { subject in
            let lost = try requireSome(await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), "lease")
            try await subject.passage(ms: ttlMs)
            _ = try requireSome(await subject.cache.beginRefresh(of: "k", leaseMs: 10 * ttlMs), "next lease")
            try await subject.cache.endRefresh(lost)
            try requireEqual(await subject.cache.beginRefresh(of: "k", leaseMs: ttlMs), nil, "a third lease")
        },
    ]
}
