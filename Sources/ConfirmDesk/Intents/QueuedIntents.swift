import Synchronization
import Ticketing

/// Intents whose message this process knows to stand in the queue. A replay of one of them has nothing to send again,
/// and it is looked up in the ledger although its seats are taken by now: an intent made here may well be why they
/// are. Forgetting one costs a message that the queue drops, or a conflict where the replay's next try has its answer.
final class QueuedIntents: Sendable {
    private let known: Mutex<RecentTable<IntentID, Bool>>

    init(capacity: Int) {
        known = Mutex(RecentTable(lifetimeMs: 60_000, capacity: capacity))
    }

    func note(_ intent: IntentID, now: Timestamp) { known.withLock { $0.set(true, for: intent, now: now) } }

    func contains(_ intent: IntentID) -> Bool { known.withLock { $0[intent] != nil } }
}
