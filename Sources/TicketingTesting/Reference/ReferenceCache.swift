import Ticketing

/// The shared cache in memory, on whatever clock it is handed.
package final class ReferenceCache: SharedCache {
    fileprivate struct State {
        var entries: [String: (entry: CacheEntry, expiresAt: Timestamp)] = [:]
        var leases: [String: (token: String, expiresAt: Timestamp)] = [:]
        var lastToken = 0
    }

    private let clock: any WallClock
    private let state = SharedState(State())

    package init(clock: any WallClock) {
        self.clock = clock
    }

    package func entry(_ key: String) async throws(PortError) -> CacheEntry? {
        let now = clock.now()
        return state.withLock { $0.live(key, now) }
    }

    package func store(
        _ entry: CacheEntry, under key: String, ttlMs: Int
    ) async throws(PortError) -> Bool {
        let now = clock.now()
        return state.withLock { state in
            if let stored = state.live(key, now), !entry.supersedes(stored) { return false }
            state.entries[key] = (entry, now.adding(ms: Int64(ttlMs)))
            return true
        }
    }

    package func beginRefresh(of key: String, leaseMs: Int) async throws(PortError) -> RefreshLease? {
        let now = clock.now()
        return state.withLock { state in
            if let lease = state.leases[key], now < lease.expiresAt { return nil }
            state.lastToken += 1
            let token = "\(state.lastToken)"
            state.leases[key] = (token, now.adding(ms: Int64(leaseMs)))
            return RefreshLease(key: key, token: token)
        }
    }

    package func extendRefresh(_ lease: RefreshLease, leaseMs: Int) async throws(PortError) -> Bool {
        let now = clock.now()
        return state.withLock { state in
            guard let held = state.leases[lease.key], held.token == lease.token, now < held.expiresAt
            else { return false }
            state.leases[lease.key] = (held.token, now.adding(ms: Int64(leaseMs)))
            return true
        }
    }

    package func endRefresh(_ lease: RefreshLease) async throws(PortError) {
        state.withLock { state in
            guard state.leases[lease.key]?.token == lease.token else { return }
            state.leases[lease.key] = nil
        }
    }
}

extension ReferenceCache.State {
    fileprivate func live(_ key: String, _ now: Timestamp) -> CacheEntry? {
        guard let stored = entries[key], now < stored.expiresAt else { return nil }
        return stored.entry
    }
}
