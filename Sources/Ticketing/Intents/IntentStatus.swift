/// The status a client sees. Whether a worker has claimed the intent is nobody's business outside.
package enum IntentStatus: String, Hashable, Sendable, CaseIterable {
    /// Held or selling, queued or being worked on.
    case pending
    case confirmed
    case declined
    case cancelled
    case expired
}
