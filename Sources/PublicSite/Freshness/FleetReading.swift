import Telemetry
import Ticketing

/// Reads a source once for the whole fleet: whoever holds the key's lease reads and shares, the others take
/// over what was shared. Nothing shared is needed: without the cache everybody reads for themselves.
struct FleetReading {
    let cache: any SharedCache
    let surroundings: Surroundings

    /// A reader that crashes holds the others up no longer than this. One that lives extends its lease while it
    /// reads, so that two never read side by side.
    static let leaseMs = 2_000
    /// Two extensions may be lost before the lease is.
    private static let extendAfterMs = 600
    /// Others may need the value for as long as a failing source is stood in for.
    private static let keepMs = Int(Freshness.oldestKeptMs)
    /// Longer than a lease lasts without its holder: past this somebody lives and reads slowly, and what is shown
    /// has to do meanwhile.
    private static let patienceMs: Int64 = 2_500
    private static let pollMs = 20
    /// However long the time to live: what is taken has to last until it is shown, or whoever waits for it is refused.
    private static let oldestTakenMs = Freshness.oldestShownMs - 400

    /// Takes over what the fleet has, and reads the source when that is not fresh.
    ///
    /// `adopt` is called with whatever is newer than `known`, which may be stale: better than nothing when the
    /// source then fails. `load` is handed the shared value, so that it can go on from there.
    func refresh<Value>(
        _ key: String, known: Timestamp?, freshForMs: Int,
        decode: (CacheEntry) async -> Value?,
        load: (Value?) async throws(PortError) -> (Value, CacheEntry),
        adopt: (Value, Timestamp) -> Void
    ) async throws(PortError) {
        var known = known
        var shared: Value?
        let beganAt = surroundings.clock.now()
        while true {
            if let entry = await entry(key), known.map({ entry.madeAt > $0 }) ?? true,
                let value = await decode(entry)
            {
                adopt(value, entry.madeAt)
                known = entry.madeAt
                shared = value
            }
            if let known, isFresh(known, freshForMs) { return }
            switch await begin(key) {
            case .held(let lease):
                // Between the look and the lease another may have read and gone.
                if let entry = await entry(key), known.map({ entry.madeAt > $0 }) ?? true,
                    isFresh(entry.madeAt, freshForMs), let value = await decode(entry)
                {
                    await end(lease)
                    return adopt(value, entry.madeAt)
                }
                return try await read(key, lease, shared, load, adopt)
            case .cacheIsDown: return try await read(key, nil, shared, load, adopt)
            case .anotherReads:
                guard !Task.isCancelled,
                    surroundings.clock.now().ms(since: beganAt) < Self.patienceMs
                else { throw PortError(.unavailable, "another process reads \(key) and has not shared it") }
                try? await surroundings.clock.sleep(
                    ms: Self.pollMs + surroundings.randomness.below(Self.pollMs))
            }
        }
    }

    private func read<Value>(
        _ key: String, _ lease: RefreshLease?, _ shared: Value?,
        _ load: (Value?) async throws(PortError) -> (Value, CacheEntry),
        _ adopt: (Value, Timestamp) -> Void
    ) async throws(PortError) {
        let madeAt: Timestamp
        let extending = lease.map { extend($0) }
        defer { extending?.cancel() }
        do throws(PortError) {
            let (value, entry) = try await load(shared)
            surroundings.counts.sourceReads.add()
            madeAt = entry.madeAt
            adopt(value, entry.madeAt)
            if let lease {
                // Shared before the lease ends: whoever gets it next must find the value.
                await note { () throws(PortError) in
                    _ = try await cache.store(entry, under: key, ttlMs: Self.keepMs)
                }
                await end(lease)
            }
        } catch {
            if let lease { await end(lease) }
            throw error
        }
        // What took so long is too old to be shown on arrival. Said aloud, or every request would wait for a
        // next reading that is no faster.
        guard surroundings.clock.now().ms(since: madeAt) <= Freshness.oldestShownMs else {
            throw PortError(.unavailable, "reading \(key) took longer than what is shown may be old")
        }
    }

    // MARK: The cache, whose failures are nobody's problem

    private enum Begun {
        case held(RefreshLease)
        case anotherReads
        case cacheIsDown
    }

    private func entry(_ key: String) async -> CacheEntry? {
        await note { () throws(PortError) in try await cache.entry(key) } ?? nil
    }

    private func begin(_ key: String) async -> Begun {
        let answer = await note { () throws(PortError) in
            try await cache.beginRefresh(of: key, leaseMs: Self.leaseMs)
        }
        guard let answer else { return .cacheIsDown }
        return answer.map { .held($0) } ?? .anotherReads
    }

    /// Extends the lease from time to time until the task is cancelled, but not past the moment at which a reading
    /// is given up: a source that never answers must not keep the fleet from asking again.
    private func extend(_ lease: RefreshLease) -> Task<Void, Never> {
        let (cache, clock) = (cache, surroundings.clock)
        let abandonAfterMs = surroundings.settings.abandonAfterMs
        return Task(executorPreference: surroundings.executor) {
            for _ in 0..<abandonAfterMs / Self.extendAfterMs {
                guard (try? await clock.sleep(ms: Self.extendAfterMs)) != nil else { return }
                // Without an answer the next extension may still come in time; a lost lease does not come back.
                if (try? await cache.extendRefresh(lease, leaseMs: Self.leaseMs)) == false { return }
            }
        }
    }

    private func end(_ lease: RefreshLease) async {
        await note { () throws(PortError) in try await cache.endRefresh(lease) }
    }

    @discardableResult
    private func note<Value>(
        _ call: () async throws(PortError) -> Value
    ) async -> Value? {
        do throws(PortError) {
            let value = try await call()
            surroundings.health.note(.cache, nil)
            return value
        } catch {
            surroundings.counts.cacheFailures.add()
            surroundings.health.note(.cache, error)
            return nil
        }
    }

    private func isFresh(_ madeAt: Timestamp, _ freshForMs: Int) -> Bool {
        let ageMs = surroundings.clock.now().ms(since: madeAt)
        return ageMs < min(Int64(freshForMs), Self.oldestTakenMs) && ageMs >= -Freshness.oldestShownMs
    }
}
