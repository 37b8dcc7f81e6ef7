import Synchronization
import Ticketing

/// A token bucket for each of many keys, shared by the loops of a process.
///
/// A bucket is one number: the moment up to which its tokens are spent. One that is full again is the same as
/// none, so forgetting it after that loses nothing, and the table stays small.
final class RateLimit<Key: Hashable & Sendable>: Sendable {
    private let intervalUs: Int64
    private let toleranceUs: Int64
    private let spentUntilUs: Mutex<RecentTable<Key, Int64>>

    /// `count` requests in `periodMs`, and `burst` of them at once after a pause.
    init(count: Int, periodMs: Int64, burst: Int, capacity: Int) {
        intervalUs = max(1, periodMs * 1000 / Int64(max(1, count)))
        toleranceUs = intervalUs * Int64(max(1, burst))
        spentUntilUs = Mutex(RecentTable(lifetimeMs: max(1, toleranceUs / 1000 + 1), capacity: capacity))
    }

    /// Nil when the request may pass; else the milliseconds after which the next one may.
    func delayMs(for key: Key, now: Timestamp) -> Int64? {
        let nowUs = now.msSinceEpoch * 1000
        return spentUntilUs.withLock { table in
            let storedUs = table[key] ?? nowUs
            let spentUs = min(max(storedUs, nowUs), nowUs + toleranceUs)
            // The wall clock was set back: kept as it is, what was spent would bar the key until the clock has
            // caught up.
            if storedUs > spentUs { table.set(spentUs, for: key, now: now) }
            let nextUs = spentUs + intervalUs
            guard nextUs - nowUs <= toleranceUs else { return max(1, (nextUs - nowUs - toleranceUs) / 1000) }
            table.set(nextUs, for: key, now: now)
            return nil
        }
    }
}
