/// How often a reconciler looks, and what it leaves alone.
package struct ReconcilerSettings: Sendable {
    /// Between two passes, give or take a half: the processes of a fleet should not look together.
    package var intervalMs = 30_000
    /// Open intents younger than this are somebody's work.
    package var openAgeMs = 60_000
    /// Past this an intent is queued again even when the queue is long enough to explain its age.
    package var overdueMs = 900_000
    /// Looked at in one pass; the rest has to wait for the next.
    package var maxIntentsPerPass = 10_000
    package var maxDeadPerPass = 10_000
    package var pageSize = 200
    /// How long an intent that ended without an order is kept, and with it its idempotency key: the contract says
    /// 24 hours and more. A worker that was paused for so long finds its message gone before it does anything.
    package var endedKeptMs: Int64 = 7 * 86_400_000
    package var maxSweptPerPass = 2_000
    /// Removed in one transaction: small, since purchases wait behind it.
    package var sweepBatch = 50

    package init() {}

    package static var embedded: ReconcilerSettings {
        var settings = ReconcilerSettings()
        settings.intervalMs = 5_000
        settings.openAgeMs = 15_000
        return settings
    }
}
