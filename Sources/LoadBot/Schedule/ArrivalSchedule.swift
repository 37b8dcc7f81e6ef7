import Glibc

/// When requests are due: fixed before the run, so that a server that stalls does not slow its own load down.
///
/// Of `shards` schedules with the same plan and seed each gives every `shards`-th arrival: together they give the
/// arrivals of one, with their numbers.
package struct ArrivalSchedule: Sendable {
    package enum Pattern: String, Sendable, CaseIterable {
        /// Evenly spaced.
        case constant
        /// At random moments with this mean rate, as people come who do not know of each other.
        case poisson
    }

    package struct Arrival: Equatable, Sendable {
        package let number: UInt64
        package let dueNs: UInt64
    }

    private let startNs: UInt64
    private let plan: RatePlan
    private let pattern: Pattern
    private let shard: Shard
    private var draw: SeededDraw
    private var stepIndex = 0
    private var stepStartsAt = 0.0
    private var countInStep = 0.0
    /// The next arrival in seconds from the start of its step.
    private var nextInStep = 0.0
    private var nextNumber: UInt64 = 0
    private var waiting: Arrival?

    package init(
        startNs: UInt64, plan: RatePlan, pattern: Pattern = .constant, seed: UInt64 = 1, shard: Shard = .whole
    ) {
        self.startNs = startNs
        self.plan = plan
        self.pattern = pattern
        self.shard = shard
        draw = SeededDraw(seed: seed, number: .max)
        if pattern == .poisson { nextInStep = gap(plan.steps[0].ratePerSecond) }
        waiting = findNext()
    }

    package var isExhausted: Bool { waiting == nil }

    /// When the next request is due; nil when all have been.
    package var nextDueNs: UInt64? { waiting?.dueNs }

    /// Takes the next arrival that is due by now.
    package mutating func takeDue(nowNs: UInt64) -> Arrival? {
        guard let arrival = waiting, arrival.dueNs <= nowNs else { return nil }
        waiting = findNext()
        return arrival
    }

    /// No arrival comes any more.
    package mutating func cut() { waiting = nil }

    private mutating func findNext() -> Arrival? {
        while let arrival = findAny() {
            if shard.owns(arrival.number) { return arrival }
        }
        return nil
    }

    private mutating func findAny() -> Arrival? {
        while stepIndex < plan.steps.count {
            let step = plan.steps[stepIndex]
            guard nextInStep < step.seconds - 1e-9 else {
                stepStartsAt += step.seconds
                stepIndex += 1
                countInStep = 0
                guard stepIndex < plan.steps.count else { return nil }
                // Chance has no memory: to draw anew at the border is as good as to go on.
                nextInStep = pattern == .poisson ? gap(plan.steps[stepIndex].ratePerSecond) : 0
                continue
            }
            let dueNs = startNs + UInt64((stepStartsAt + nextInStep) * 1e9)
            defer { nextNumber += 1 }
            countInStep += 1
            switch pattern {
            // From the count and not by adding up: a million gaps would add their rounding.
            case .constant: nextInStep = countInStep / step.ratePerSecond
            case .poisson: nextInStep += gap(step.ratePerSecond)
            }
            return Arrival(number: nextNumber, dueNs: dueNs)
        }
        return nil
    }

    private mutating func gap(_ ratePerSecond: Double) -> Double { -log(1 - draw.unit()) / ratePerSecond }
}
