/// What stands in the order queue. An adapter that speaks JSON writes `{"v":1,"kind":"intent","id":"pi_…"}`.
package enum OrderMessage: Hashable, Sendable {
    case intent(IntentID)
    /// Sent by an operator or a health check to see the queue move; logged, counted and deleted.
    case probe(String)
    /// A body that is none of these, as it came: it has to reach the worker, or nobody would ever hear of it.
    case unreadable(String)
}
