/// Adds tasks in steps while an alarm rings: the further a metric is from where it should be, the more.
///
/// It only adds. Tasks go when target tracking says so, which looks at load and not at distress.
package struct StepScaling: Equatable, Sendable {
    package enum Metric: Equatable, Sendable {
        /// What the load balancer waited for the service, in seconds.
        case targetResponseTimeP95
        /// In seconds.
        case ageOfOldestMessage
    }

    /// From a level, included, up to another, excluded; the last has no end.
    package struct Step: Equatable, Sendable {
        package let from: MetricLevel
        package let to: MetricLevel?
        /// By how many percent of the running tasks they grow.
        package let growthPercent: Int

        package init(from: MetricLevel, to: MetricLevel?, growthPercent: Int) {
            self.from = from
            self.to = to
            self.growthPercent = growthPercent
        }
    }

    /// When the alarm rings: the metric is above the threshold in so many of the last minutes.
    package struct Trigger: Equatable, Sendable {
        package let metric: Metric
        package let threshold: MetricLevel
        package let minutesAbove: Int
        package let ofMinutes: Int

        package init(
            _ metric: Metric, above threshold: MetricLevel, inMinutes minutesAbove: Int, of ofMinutes: Int
        ) {
            self.metric = metric
            self.threshold = threshold
            self.minutesAbove = minutesAbove
            self.ofMinutes = ofMinutes
        }
    }

    package let name: String
    package let trigger: Trigger
    package let steps: [Step]
    package let cooldownSeconds: Int

    /// What application autoscaling takes.
    static let maxSteps = 20

    package init(
        _ name: String, when trigger: Trigger, steps: [Step], cooldownSeconds: Int
    ) throws(ScalingError) {
        try PolicyName.check(name)
        guard trigger.threshold > .whole(0) else {
            throw ScalingError(.badAlarm, "\(name): above \(trigger.threshold) the alarm would never end")
        }
        guard trigger.minutesAbove > 0, trigger.minutesAbove <= trigger.ofMinutes else {
            throw ScalingError(
                .badAlarm, "\(name): \(trigger.minutesAbove) of \(trigger.ofMinutes) minutes cannot be above")
        }
        guard cooldownSeconds > 0 else {
            throw ScalingError(
                .cooldownNotPositive,
                "\(name): a cooldown of \(cooldownSeconds) s would add tasks again before the last ones run")
        }
        try Self.check(steps, from: trigger.threshold, name)
        self.name = name
        self.trigger = trigger
        self.steps = steps
        self.cooldownSeconds = cooldownSeconds
    }

    private static func check(
        _ steps: [Step], from threshold: MetricLevel, _ name: String
    ) throws(ScalingError) {
        guard let first = steps.first, let last = steps.last else {
            throw ScalingError(.noSteps, "\(name): there are no steps")
        }
        guard steps.count <= maxSteps else {
            throw ScalingError(.tooManySteps, "\(name): \(steps.count) steps are more than \(maxSteps)")
        }
        guard first.from == threshold else {
            throw ScalingError(
                .firstStepOffThreshold,
                "\(name): the first step begins at \(first.from) and the alarm rings above \(threshold)")
        }
        for step in steps {
            if let to = step.to, to <= step.from {
                throw ScalingError(.stepEmpty, "\(name): a step from \(step.from) to \(to) holds nothing")
            }
            guard step.growthPercent > 0 else {
                throw ScalingError(
                    .changeNotPositive, "\(name): a step of \(step.growthPercent) % adds no task")
            }
        }
        try checkNeighbours(steps, name)
        guard last.to == nil else {
            throw ScalingError(
                .lastStepEnds, "\(name): nothing is said about \(last.to ?? last.from) and above")
        }
    }

    private static func checkNeighbours(_ steps: [Step], _ name: String) throws(ScalingError) {
        for (step, next) in zip(steps, steps.dropFirst()) {
            guard let to = step.to, to <= next.from else {
                throw ScalingError(
                    .stepsOverlap, "\(name): the steps from \(step.from) and from \(next.from) overlap")
            }
            guard to == next.from else {
                throw ScalingError(
                    .stepsLeaveGap, "\(name): nothing is said about the range from \(to) to \(next.from)")
            }
            guard next.growthPercent > step.growthPercent else {
                throw ScalingError(
                    .stepsDoNotGrow,
                    "\(name): the step from \(next.from) does not add more than the one from \(step.from)")
            }
        }
    }
}
