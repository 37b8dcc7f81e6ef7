/// What the inbox says to a proposed decision.
package enum DecisionResult: Hashable, Sendable {
    /// It is decided so, now and for good.
    case recorded
    /// The attempt was decided before, this way or another. Nothing was written. When the earlier outcome
    /// is not `confirmed`, a captured payment goes back.
    case alreadyDecided(Outcome)
    /// These seats have a live ticket already. Nothing of this decision was written, and the attempt is
    /// still open: pay back, decide `declined`, ring the alarm.
    case seatsAlreadySold([SeatID])
}
