/// Keeps a metric near a target: the number of tasks follows it up and down.
package struct TargetTracking: Equatable, Sendable {
    package enum Metric: Equatable, Sendable {
        /// Percent of the CPU that the service's tasks reserve, on average.
        case cpu
        /// Requests that the load balancer sent to one task, counted per minute.
        case requestsPerTaskAndMinute
        /// Visible messages of the queue for each running task, by metric math: SQS does not know tasks.
        case visibleMessagesPerTask
    }

    package let name: String
    package let metric: Metric
    package let target: MetricLevel
    package let scaleOutCooldownSeconds: Int
    package let scaleInCooldownSeconds: Int

    package init(
        _ name: String, _ metric: Metric, target: MetricLevel, scaleOutCooldownSeconds: Int,
        scaleInCooldownSeconds: Int
    ) throws(ScalingError) {
        try PolicyName.check(name)
        guard target > .whole(0) else {
            throw ScalingError(.targetNotPositive, "\(name): a target of \(target) can never be reached")
        }
        if metric == .cpu, target > .whole(100) {
            throw ScalingError(
                .targetNotPositive, "\(name): a target of \(target) % of the CPU is above all there is")
        }
        try Self.check(scaleOutCooldownSeconds, "scale-out", name)
        try Self.check(scaleInCooldownSeconds, "scale-in", name)
        self.name = name
        self.metric = metric
        self.target = target
        self.scaleOutCooldownSeconds = scaleOutCooldownSeconds
        self.scaleInCooldownSeconds = scaleInCooldownSeconds
    }

    /// Said in requests a second, as load is measured; the metric counts them per minute.
    package static func requests(
        _ name: String, perTaskAndSecond: Int, scaleOutCooldownSeconds: Int, scaleInCooldownSeconds: Int
    ) throws(ScalingError) -> TargetTracking {
        try TargetTracking(
            name, .requestsPerTaskAndMinute, target: .whole(perTaskAndSecond * 60),
            scaleOutCooldownSeconds: scaleOutCooldownSeconds, scaleInCooldownSeconds: scaleInCooldownSeconds)
    }

    private static func check(_ seconds: Int, _ which: String, _ name: String) throws(ScalingError) {
        guard seconds > 0 else {
            throw ScalingError(
                .cooldownNotPositive,
                "\(name): a \(which) cooldown of \(seconds) s would act again before the last change is seen")
        }
    }
}
