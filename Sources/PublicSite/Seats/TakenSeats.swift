import Ticketing

/// What the locks of a section say at one moment: which seats of the map are taken, counted as they are looked
/// at.
struct TakenSeats: Sendable {
    /// Index in map order in the upper bits, the state in the lowest two: a list of 400,000 stays small.
    private(set) var packed: [UInt32] = []
    private(set) var held = 0
    private(set) var selling = 0
    private(set) var sold = 0
    /// Live locks of seats that the map does not have, or has in another section.
    private(set) var strays = 0

    /// A hold whose end has come at `now` is no lock any more.
    init(_ locks: [SeatLock], plan: SeatingPlan, now: Timestamp) {
        packed.reserveCapacity(locks.count)
        for lock in locks where !lock.state.isFree(at: now) {
            guard let index = plan.map.index(of: lock.seat), plan.map.seats[index].section == lock.section
            else {
                strays += 1
                continue
            }
            switch lock.state {
            case .free: continue
            case .held: held += 1
            case .selling: selling += 1
            case .sold: sold += 1
            }
            packed.append(UInt32(index) << 2 | UInt32(lock.state.availability(at: now).rawValue))
        }
    }
}
