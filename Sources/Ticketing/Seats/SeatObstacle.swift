/// Why an intent cannot have a seat, as the transaction that refused it saw the seat.
package enum SeatObstacle: Hashable, Sendable {
    /// Not for sale; no ledger knows of it.
    case blocked
    /// Free again once this moment has come, unless a worker claims it before.
    case held(by: IntentID, until: Timestamp)
    case selling(by: IntentID)
    case sold(to: IntentID)

    package var owner: IntentID? {
        switch self {
        case .blocked: nil
        case .held(let owner, _), .selling(let owner), .sold(let owner): owner
        }
    }

    /// When the seat may be free without anybody's doing; nil when only a person or a worker can free it.
    package var holdExpiresAt: Timestamp? {
        guard case .held(_, let holdExpiresAt) = self else { return nil }
        return holdExpiresAt
    }

    package var availability: SeatAvailability {
        switch self {
        case .blocked: .blocked
        case .held, .selling: .held
        case .sold: .sold
        }
    }
}

extension SeatState {
    /// What the state is to an intent that wants the seat now.
    package func obstacle(at now: Timestamp) -> SeatObstacle? {
        switch self {
        case _ where isFree(at: now), .free: nil
        case .held(let owner, let holdExpiresAt): .held(by: owner, until: holdExpiresAt)
        case .selling(let owner): .selling(by: owner)
        case .sold(let owner, _): .sold(to: owner)
        }
    }
}
