import Synchronization
import Ticketing

/// Receives whose answer never came. The messages in it are nobody's until their visibility ends, and their groups
/// stand still; asked for again under the same id, they come.
final class LostReceives: Sendable {
    struct Attempt: Hashable, Sendable {
        let id: String
        let max: Int
        let visibilityMs: Int
    }

    private struct Entry {
        let attempt: Attempt
        let lostAt: Timestamp
    }

    /// The queue remembers an id for five minutes, counted from its first use.
    private static let rememberedMs: Int64 = 200_000
    private static let maxEntries = 64

    private let entries = Mutex<[Entry]>([])

    func note(_ attempt: Attempt, at now: Timestamp) {
        entries.withLock { entries in
            if entries.count >= Self.maxEntries { entries.removeFirst() }
            entries.append(Entry(attempt: attempt, lostAt: now))
        }
    }

    /// One that asks for the same, if there is any. After the visibility it was asked with, its messages come by
    /// themselves.
    func take(max: Int, visibilityMs: Int, at now: Timestamp) -> Attempt? {
        entries.withLock { entries in
            entries.removeAll { entry in
                now.ms(since: entry.lostAt) > min(Self.rememberedMs, Int64(entry.attempt.visibilityMs))
            }
            let index = entries.firstIndex {
                $0.attempt.max == max && $0.attempt.visibilityMs == visibilityMs
            }
            return index.map { entries.remove(at: $0).attempt }
        }
    }
}
