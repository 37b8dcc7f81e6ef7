import Cryptography
import Ticketing

/// The states of all seats of an event at one moment, with what has changed lately.
///
/// The version is a hash of the map and the states: two processes that see the same house say the same version,
/// with or without a cache between them, and a version that is known always means what the client means by it.
struct SeatSnapshot: Sendable {
    struct Count: Equatable, Sendable {
        var free = 0
        var held = 0
        var sold = 0
    }

    let plan: SeatingPlan
    let states: PackedStates
    let version: String
    let recent: RecentChanges
    /// By group of the plan.
    let counts: [Count]
    let madeAt: Timestamp

    init(plan: SeatingPlan, taken: [TakenSeats], madeAt: Timestamp, previous: SeatSnapshot?) {
        var states = plan.untouched
        for seat in taken.lazy.flatMap(\.packed) {
            states[Int(seat >> 2)] = SeatAvailability(rawValue: UInt8(seat & 3))!
        }
        let version = Self.version(plan, states)
        var recent = RecentChanges(seatCount: states.count)
        if let previous, previous.plan.map.hash == plan.map.hash {
            recent = previous.recent
            if previous.version != version {
                recent.append(from: previous.version, previous.states, to: states)
            }
        }
        self.init(plan: plan, states: states, version: version, recent: recent, madeAt: madeAt)
    }

    init(
        plan: SeatingPlan, states: PackedStates, version: String, recent: RecentChanges, madeAt: Timestamp
    ) {
        self.plan = plan
        self.states = states
        self.version = version
        self.recent = recent
        self.madeAt = madeAt
        counts = Self.counted(plan, states)
    }

    /// The difference to a version that is known; empty for this one.
    func changes(since version: String) -> [(index: Int, state: SeatAvailability)]? {
        version == self.version ? [] : recent.changes(since: version, now: states)
    }

    func knows(_ version: String) -> Bool { version == self.version || recent.knows(version) }

    static func version(_ plan: SeatingPlan, _ states: PackedStates) -> String {
        var hash = SHA256()
        hash.begin()
        Array("\(plan.event)/\(plan.map.hash)/".utf8).withUnsafeBytes { hash.update($0) }
        states.bytes.withUnsafeBytes { hash.update($0) }
        return ContentName.digits(hash.finish())
    }

    private static func counted(_ plan: SeatingPlan, _ states: PackedStates) -> [Count] {
        var counts = [Count](repeating: Count(), count: plan.groups.count)
        for (index, group) in plan.groupOfSeat.enumerated() {
            switch states[index] {
            case .free: counts[Int(group)].free += 1
            case .held: counts[Int(group)].held += 1
            case .sold: counts[Int(group)].sold += 1
            case .blocked: break
            }
        }
        return counts
    }
}
