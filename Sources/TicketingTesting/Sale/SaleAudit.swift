import Ticketing

/// Looks at a whole sale at one moment and names every way in which intents, locks and map contradict each
/// other.
package struct SaleAudit {
    package private(set) var violations: [String] = []

    package init(map: SeatMap, locks: [SeatLock], intents: [PaymentIntent], now: Timestamp) {
        let census = SeatCensus(map: map, locks: locks, now: now)
        if !census.addsUp { violations.append("free + held + selling + sold is not the capacity: \(census)") }
        if !census.strays.isEmpty { violations.append("locks on unknown seats: \(census.strays)") }
        if Set(locks.map(\.seat)).count != locks.count { violations.append("a seat has two locks") }
        let intentByID = Dictionary(intents.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for lock in locks { audit(lock, intentByID) }
        let lockBySeat = Dictionary(locks.map { ($0.seat, $0) }, uniquingKeysWith: { first, _ in first })
        for intent in intents { audit(intent, lockBySeat) }
    }

    /// Whoever locks a seat is an intent that chose it and is in the state the lock says.
    private mutating func audit(_ lock: SeatLock, _ intentByID: [IntentID: PaymentIntent]) {
        guard let owner = lock.state.owner, let intent = intentByID[owner] else {
            violations.append("\(lock.seat) is locked by nobody known: \(lock.state)")
            return
        }
        if !intent.seats.contains(where: { $0.id == lock.seat }) {
            violations.append("\(lock.seat) is locked by \(owner), which never chose it")
        }
        let fits =
            switch lock.state {
            case .free: false
            case .held(_, let expiresAt): intent.state == .pending && expiresAt == intent.holdExpiresAt
            case .selling: intent.state == .claimed
            case .sold(_, let order): intent.state == .confirmed && order == intent.order
            }
        if !fits { violations.append("\(lock.seat) is \(lock.state), but its intent is \(intent.state)") }
    }

    /// A claimed or confirmed intent has all its seats; a pending one may have lost some after its hold
    /// ended.
    private mutating func audit(_ intent: PaymentIntent, _ lockBySeat: [SeatID: SeatLock]) {
        guard intent.state == .claimed || intent.state == .confirmed else { return }
        for seat in intent.seats where lockBySeat[seat.id]?.state.owner != intent.id {
            violations.append("\(intent.id) is \(intent.state) without its seat \(seat.id)")
        }
    }
}
