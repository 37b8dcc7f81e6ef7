import Ticketing

/// How long to wait before the next try: anything up to a limit that doubles with every try (full jitter), so
/// that what failed together does not come back together.
package struct Backoff: Hashable, Sendable {
    package let startMs: Int
    package let capMs: Int

    package init(startMs: Int, capMs: Int) {
        precondition(0 < startMs && startMs <= capMs, "a backoff starts above 0 and below its cap")
        self.startMs = startMs
        self.capMs = capMs
    }

    /// `tries` counts those that have failed, from 1. Never 0 ms, which would mean a release.
    package func delayMs(after tries: Int, _ randomness: any Randomness) -> Int {
        1 + randomness.below(limitMs(after: tries))
    }

    func limitMs(after tries: Int) -> Int {
        // 2^20 times the start is past every cap, and no shift overflows.
        min(capMs, startMs << min(max(tries, 1) - 1, 20))
    }
}
