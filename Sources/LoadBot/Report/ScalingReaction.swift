/// How fast the number of tasks followed the load.
package struct ScalingReaction: Equatable, Sendable {
    package enum Direction: String, Sendable, CaseIterable {
        case out, inwards = "in"
    }

    package let direction: Direction
    /// When the load changed.
    package let loadChangedAt: Double
    /// From there to the first change of the number of tasks; nil when there was none.
    package let firstSeconds: Double?
    /// From there to the last change before the load changed again.
    package let lastSeconds: Double?
    package let tasksBefore: Int
    package let tasksAfter: Int

    /// One reaction for every step of the plan whose rate differs from the one before it.
    package static func reactions(
        plan: RatePlan, samples: [(atSeconds: Double, tasks: Int)]
    ) -> [ScalingReaction] {
        guard samples.count > 1 else { return [] }
        var reactions: [ScalingReaction] = []
        var startsAt = 0.0
        var before = 0.0
        for step in plan.steps {
            let endsAt = startsAt + step.seconds
            defer {
                startsAt = endsAt
                before = step.ratePerSecond
            }
            guard step.ratePerSecond != before else { continue }
            let first = samples.last { $0.atSeconds <= startsAt } ?? samples[0]
            let during = samples.filter { $0.atSeconds > startsAt && $0.atSeconds <= endsAt }
            guard let last = during.last else { continue }
            let isOut = step.ratePerSecond > before
            let changes = zip([first] + during, during).filter {
                isOut ? $1.tasks > $0.tasks : $1.tasks < $0.tasks
            }.map(\.1.atSeconds)
            reactions.append(
                ScalingReaction(
                    direction: isOut ? .out : .inwards, loadChangedAt: startsAt,
                    firstSeconds: changes.first.map { $0 - startsAt },
                    lastSeconds: changes.last.map { $0 - startsAt }, tasksBefore: first.tasks,
                    tasksAfter: last.tasks))
        }
        return reactions
    }
}
