import Synchronization
import Ticketing

/// The shared cache of one process: `memory:`. It forgets what was used longest ago when it is full.
package final class MemoryCache: SharedCache {
    private struct Slot {
        var entry: CacheEntry
        var expiresAt: Timestamp
        var usedAt: UInt64
    }

    private struct State {
        var slots: [String: Slot] = [:]
        var leases: [String: (token: UInt64, endsAt: Timestamp)] = [:]
        var byteCount = 0
        /// Counts uses and leases; never comes back.
        var lastNumber: UInt64 = 0
    }

    private static let maxLeases = 10_000
    private let clock: any WallClock
    private let maxBytes: Int
    private let maxEntries: Int
    private let state = Mutex(State())
    /// Written and read under the lock: the thread sanitizer does not see `Mutex` change hands and sees this.
    private let handOver = Atomic(false)

    package init(clock: any WallClock, maxBytes: Int = 64 << 20, maxEntries: Int = 10_000) {
        self.clock = clock
        self.maxBytes = maxBytes
        self.maxEntries = maxEntries
    }

    package func entry(_ key: String) async throws(PortError) -> CacheEntry? {
        let now = clock.now()
        return withState { state in
            guard let entry = live(key, &state, now) else { return nil }
            state.lastNumber += 1
            state.slots[key]?.usedAt = state.lastNumber
            return entry
        }
    }

    package func store(
        _ entry: CacheEntry, under key: String, ttlMs: Int
    ) async throws(PortError) -> Bool {
        let now = clock.now()
        return withState { state in
            if let stored = live(key, &state, now), !entry.supersedes(stored) { return false }
            guard ttlMs > 0, cost(entry, key) <= maxBytes else { return false }
            drop(key, &state)
            makeRoom(for: cost(entry, key), &state, now)
            state.lastNumber += 1
            state.slots[key] = Slot(
                entry: entry, expiresAt: now.adding(ms: Int64(ttlMs)), usedAt: state.lastNumber)
            state.byteCount += cost(entry, key)
            return true
        }
    }

    package func beginRefresh(of key: String, leaseMs: Int) async throws(PortError) -> RefreshLease? {
        let now = clock.now()
        return withState { state in
            if let lease = state.leases[key], now < lease.endsAt { return nil }
            if state.leases.count >= Self.maxLeases {
                state.leases = state.leases.filter { now < $0.value.endsAt }
            }
            // Without a lease the others only serve the stale value a little longer.
            guard state.leases.count < Self.maxLeases else { return nil }
            state.lastNumber += 1
            state.leases[key] = (state.lastNumber, now.adding(ms: Int64(leaseMs)))
            return RefreshLease(key: key, token: String(state.lastNumber))
        }
    }

    package func extendRefresh(_ lease: RefreshLease, leaseMs: Int) async throws(PortError) -> Bool {
        let now = clock.now()
        return withState { state in
            guard let held = state.leases[lease.key], String(held.token) == lease.token, now < held.endsAt
            else { return false }
            state.leases[lease.key] = (held.token, now.adding(ms: Int64(leaseMs)))
            return true
        }
    }

    package func endRefresh(_ lease: RefreshLease) async throws(PortError) {
        withState { state in
            guard let held = state.leases[lease.key], String(held.token) == lease.token else { return }
            state.leases[lease.key] = nil
        }
    }

    private func withState<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        state.withLock { state in
            _ = handOver.load(ordering: .acquiring)
            defer { handOver.store(true, ordering: .releasing) }
            return body(&state)
        }
    }

    // MARK: Parts, under the lock

    private func live(_ key: String, _ state: inout State, _ now: Timestamp) -> CacheEntry? {
        guard let slot = state.slots[key] else { return nil }
        guard now < slot.expiresAt else {
            drop(key, &state)
            return nil
        }
        return slot.entry
    }

    /// Full is rare and the entries are few, so the eldest are looked for and not kept in order: an eighth of
    /// them goes at once.
    private func makeRoom(for cost: Int, _ state: inout State, _ now: Timestamp) {
        while !state.slots.isEmpty,
            state.slots.count >= maxEntries || state.byteCount + cost > maxBytes
        {
            let dead = state.slots.filter { now >= $0.value.expiresAt }.map(\.key)
            for key in dead { drop(key, &state) }
            guard dead.isEmpty else { continue }
            let eldest = state.slots.sorted { $0.value.usedAt < $1.value.usedAt }
            for (key, _) in eldest.prefix(max(1, eldest.count / 8)) { drop(key, &state) }
        }
    }

    private func drop(_ key: String, _ state: inout State) {
        guard let slot = state.slots.removeValue(forKey: key) else { return }
        state.byteCount -= cost(slot.entry, key)
    }

    private func cost(_ entry: CacheEntry, _ key: String) -> Int { entry.bytes.count + key.utf8.count + 128 }
}
