/// Orders and tickets, and the inbox that decides once how each attempt ends.
package protocol OrderBook: Sendable {
    /// Decides many attempts in one transaction; results stand in the order given. An error means that none
    /// of them is decided, or with `unknownOutcome` all or none.
    ///
    /// Preconditions of each decision, alone: the inbox has no row for its attempt, not even from earlier
    /// in this batch; no seat of its order has a live ticket. One that fails changes nothing of the others.
    func decide(_ decisions: [Decision]) async throws(PortError) -> [DecisionResult]

    /// For a worker that wakes up late, and for the reconciler.
    func outcome(of attempt: Attempt) async throws(PortError) -> Outcome?

    func order(_ number: OrderNumber) async throws(PortError) -> Order?

    func order(for intent: IntentID) async throws(PortError) -> Order?

    /// Of one event or of all, by number, only those after `number`, at most `limit`.
    func orders(
        of event: EventID?, after number: OrderNumber?, limit: Int
    ) async throws(PortError) -> [Order]

    func liveTicketCount(of event: EventID) async throws(PortError) -> Int

    /// Seats with more than one live ticket. Counted from the tickets themselves and never assumed: it is
    /// the alarm for the day on which the unique index is gone.
    func oversoldSeatCount(of event: EventID) async throws(PortError) -> Int
}
