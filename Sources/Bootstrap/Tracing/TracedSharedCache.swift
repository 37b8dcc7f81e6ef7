import Ticketing

/// A shared cache whose calls are seen in traces.
struct TracedSharedCache: SharedCache {
    let base: any SharedCache

    func entry(_ key: String) async throws(PortError) -> CacheEntry? {
        try await traced("cache", "entry") { () async throws(PortError) in try await base.entry(key) }
    }

    func store(_ entry: CacheEntry, under key: String, ttlMs: Int) async throws(PortError) -> Bool {
        try await traced("cache", "store") { () async throws(PortError) in
            try await base.store(entry, under: key, ttlMs: ttlMs)
        }
    }

    func beginRefresh(of key: String, leaseMs: Int) async throws(PortError) -> RefreshLease? {
        try await traced("cache", "beginRefresh") { () async throws(PortError) in
            try await base.beginRefresh(of: key, leaseMs: leaseMs)
        }
    }

    func extendRefresh(_ lease: RefreshLease, leaseMs: Int) async throws(PortError) -> Bool {
        try await traced("cache", "extendRefresh") { () async throws(PortError) in
            try await base.extendRefresh(lease, leaseMs: leaseMs)
        }
    }

    func endRefresh(_ lease: RefreshLease) async throws(PortError) {
        try await traced("cache", "endRefresh") { () async throws(PortError) in
            try await base.endRefresh(lease)
        }
    }
}
