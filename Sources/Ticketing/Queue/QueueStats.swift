/// How much stands in the queue. SQS gives estimates, the embedded queue counts.
package struct QueueStats: Hashable, Sendable {
    /// Deliverable, or waiting behind an earlier message of their group.
    package var visible: Int
    /// Received and not yet deleted, or put off until later.
    package var inFlight: Int
    /// Received too often: see `takeDead`.
    package var dead: Int
    /// Since the oldest message that is not dead was sent; nil when there is none, and when the queue cannot tell.
    package var oldestAgeMs: Int?

    /// The same for who shows it: 0 when nothing waits, and nil only when it is not known.
    package var waitMs: Int? { visible + inFlight == 0 ? 0 : oldestAgeMs }

    package init(visible: Int, inFlight: Int, dead: Int, oldestAgeMs: Int?) {
        self.visible = visible
        self.inFlight = inFlight
        self.dead = dead
        self.oldestAgeMs = oldestAgeMs
    }
}
