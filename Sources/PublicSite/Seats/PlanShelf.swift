import Synchronization
import Ticketing

/// The plans of a process, shared by its loops: a map of 400,000 seats is kept once and not once a core.
package final class PlanShelf: Sendable {
    private struct State {
        var plans: [EventID: (plan: SeatingPlan, lastUse: UInt64)] = [:]
        var useCount: UInt64 = 0
    }

    /// About 300 bytes a seat: what is used least lately goes first.
    private static let maxSeats = 2_000_000

    private let state = Mutex(State())

    package init() {}

    func plan(for event: EventID, mapHash: ContentHash) -> SeatingPlan? {
        state.withLock { state in
            guard let plan = state.plans[event]?.plan, plan.map.hash == mapHash else { return nil }
            state.useCount += 1
            state.plans[event]?.lastUse = state.useCount
            return plan
        }
    }

    func put(_ plan: SeatingPlan) {
        state.withLock { state in
            state.useCount += 1
            state.plans[plan.event] = (plan, state.useCount)
            var seatCount = state.plans.values.reduce(0) { $0 + $1.plan.seatCount }
            while seatCount > Self.maxSeats, state.plans.count > 1,
                let oldest = state.plans.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                seatCount -= oldest.value.plan.seatCount
                state.plans[oldest.key] = nil
            }
        }
    }
}
