import Ticketing

/// What has changed between the versions of the last while, so that who knows one of them is told the
/// difference only. Bounded: past it, the whole state is shorter than the story.
struct RecentChanges: Equatable, Sendable {
    /// From one version to the next: the seats that changed, with the state they had before.
    struct Step: Equatable, Sendable {
        let from: String
        /// Index in map order in the upper bits, the state before in the lowest two.
        let before: [UInt32]
    }

    static let maxSteps = 120
    private(set) var steps: [Step] = []
    private let maxChanges: Int

    init(seatCount: Int) {
        // A change is about 10 bytes of JSON, a seat of the full state a third of one.
        maxChanges = max(256, seatCount / 32)
    }

    /// Nil when a step names a seat that the map does not have.
    init?(seatCount: Int, steps: [Step]) {
        self.init(seatCount: seatCount)
        guard steps.allSatisfy({ $0.before.allSatisfy { $0 >> 2 < UInt32(seatCount) } }) else { return nil }
        self.steps = steps
        forgetOldest()
    }

    mutating func append(from version: String, _ old: PackedStates, to new: PackedStates) {
        let indices = new.indices(differingFrom: old)
        steps.append(
            Step(from: version, before: indices.map { UInt32($0) << 2 | UInt32(old[$0].rawValue) }))
        forgetOldest()
    }

    /// The seats that are not now as they were at `version`, lowest first, with their state now; nil when it
    /// is not known any more, or never was.
    func changes(since version: String, now states: PackedStates) -> [(index: Int, state: SeatAvailability)]?
    {
        // The same state may have come twice; from the later time there is less to tell.
        guard let start = steps.lastIndex(where: { $0.from == version }) else { return nil }
        var before: [UInt32: UInt32] = [:]
        for change in steps[start...].lazy.flatMap(\.before) where before[change >> 2] == nil {
            before[change >> 2] = change & 3
        }
        return before.keys.sorted().compactMap { index in
            let state = states[Int(index)]
            return UInt32(state.rawValue) == before[index] ? nil : (Int(index), state)
        }
    }

    func knows(_ version: String) -> Bool { steps.contains { $0.from == version } }

    private mutating func forgetOldest() {
        var changeCount = steps.reduce(0) { $0 + $1.before.count }
        var forgotten = 0
        while forgotten < steps.count, changeCount > maxChanges || steps.count - forgotten > Self.maxSteps {
            changeCount -= steps[forgotten].before.count
            forgotten += 1
        }
        steps.removeFirst(forgotten)
    }
}
