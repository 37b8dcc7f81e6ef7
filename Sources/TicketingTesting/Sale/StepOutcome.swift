import Ticketing

/// What a step came to, to compare two ledgers by.
package enum StepOutcome: Hashable, Sendable {
    case open(OpenOutcome)
    case claim(ClaimOutcome)
    case settle(SettleOutcome)
    case cancel(CancelOutcome)
    case waited
}

extension Inventory {
    @discardableResult
    package mutating func apply(
        _ step: SaleStep, now: inout Timestamp
    ) throws(InvalidValue) -> StepOutcome {
        switch step {
        case .open(let intent, let seatsPerBuyer):
            // A call repeated after its hold has ended is refused as malformed unless it came through before.
            guard self.intent(intent.id) != nil || now < intent.holdExpiresAt else { return .waited }
            return .open(try open(intent, seatsPerBuyer: seatsPerBuyer, now: now))
        case .claim(let id): return .claim(claim(id, now: now))
        case .settle(let id, let settlement): return .settle(settle(id, as: settlement, now: now))
        case .cancel(let id, let buyer): return .cancel(cancel(id, buyer: buyer, now: now))
        case .wait(let ms):
            now = now.adding(ms: ms)
            return .waited
        }
    }
}
