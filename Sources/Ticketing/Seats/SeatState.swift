/// The seat's state machine: `free -> held -> selling -> sold`, and back to free from held and selling.
///
/// Every step names its owner and is refused to anyone else. The end of a hold is decided here, by the
/// `now` of the step that asks, so it needs no sweeper: a held seat whose hold has ended is free for the
/// next buyer, and still the first owner's as long as nobody came.
package enum SeatState: Hashable, Sendable {
    case free
    case held(owner: IntentID, expiresAt: Timestamp)
    case selling(owner: IntentID)
    case sold(owner: IntentID, order: OrderNumber)

    /// From free, or from another's hold that has ended.
    package func held(
        by owner: IntentID, until expiresAt: Timestamp, now: Timestamp
    ) throws(SeatTransitionError) -> SeatState {
        guard now < expiresAt else { throw SeatTransitionError(.holdEndsInThePast, from: self) }
        // An intent locks its seats once. Were its id to lock them again, it would no longer fence late
        // writes.
        guard self.owner != owner else { throw SeatTransitionError(.alreadyOwned, from: self) }
        guard isFree(at: now) else { throw SeatTransitionError(.notFree, from: self) }
        return .held(owner: owner, expiresAt: expiresAt)
    }

    /// From the owner's hold, whether it has ended or not: nobody else has taken the seat, so it is still
    /// theirs.
    package func claimed(by owner: IntentID) throws(SeatTransitionError) -> SeatState {
        try checkOwner(owner)
        guard case .held = self else { throw SeatTransitionError(.wrongState, from: self) }
        return .selling(owner: owner)
    }

    package func sold(by owner: IntentID, order: OrderNumber) throws(SeatTransitionError) -> SeatState {
        try checkOwner(owner)
        guard case .selling = self else { throw SeatTransitionError(.wrongState, from: self) }
        return .sold(owner: owner, order: order)
    }

    package func freed(by owner: IntentID, because reason: SeatRelease) throws(SeatTransitionError)
        -> SeatState
    {
        try checkOwner(owner)
        switch (self, reason) {
        case (.held, .cancelled), (.held, .expired), (.selling, .declined), (.selling, .expired): return .free
        default: throw SeatTransitionError(.wrongState, from: self)
        }
    }

    package var owner: IntentID? {
        switch self {
        case .free: nil
        case .held(let owner, _), .selling(let owner), .sold(let owner, _): owner
        }
    }

    package func isFree(at now: Timestamp) -> Bool {
        switch self {
        case .free: true
        case .held(_, let expiresAt): now >= expiresAt
        case .selling, .sold: false
        }
    }

    package func availability(at now: Timestamp) -> SeatAvailability {
        switch self {
        case _ where isFree(at: now): .free
        case .free, .held, .selling: .held
        case .sold: .sold
        }
    }

    private func checkOwner(_ owner: IntentID) throws(SeatTransitionError) {
        guard self.owner == owner else { throw SeatTransitionError(.notOwner, from: self) }
    }
}
