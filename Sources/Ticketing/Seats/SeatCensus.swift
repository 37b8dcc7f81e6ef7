/// The seats of an event counted by state: `capacity = free + held + selling + sold + blocked`.
///
/// Each seat of the map and each lock is looked at once and nothing is derived by subtraction or clamped,
/// so a count that does not add up shows.
package struct SeatCensus: Hashable, Sendable {
    package private(set) var capacity = 0
    package private(set) var free = 0
    package private(set) var held = 0
    package private(set) var selling = 0
    package private(set) var sold = 0
    package private(set) var blocked = 0
    /// Live locks on seats the map does not have.
    package private(set) var strays: [SeatLock] = []

    package init(map: SeatMap, locks: [SeatLock], now: Timestamp) {
        capacity = map.seats.count
        var isTaken = [Bool](repeating: false, count: map.seats.count)
        for lock in locks where !lock.state.isFree(at: now) {
            guard let index = map.index(of: lock.seat), map.seats[index].section == lock.section else {
                strays.append(lock)
                continue
            }
            isTaken[index] = true
            count(lock.state)
        }
        for (index, seat) in map.seats.enumerated() where !isTaken[index] {
            if seat.isBlocked { blocked += 1 } else { free += 1 }
        }
    }

    package var addsUp: Bool { capacity == free + held + selling + sold + blocked }

    private mutating func count(_ state: SeatState) {
        switch state {
        case .free: free += 1
        case .held: held += 1
        case .selling: selling += 1
        case .sold: sold += 1
        }
    }
}
