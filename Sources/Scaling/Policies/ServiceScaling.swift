/// How one service is scaled. When several policies speak, the one that wants the most tasks wins.
package struct ServiceScaling: Equatable, Sendable {
    package let service: ScaledService
    package let tasks: TaskRange
    package let tracking: [TargetTracking]
    package let steps: [StepScaling]

    package init(
        _ service: ScaledService, tasks: TaskRange, tracking: [TargetTracking], steps: [StepScaling]
    ) throws(ScalingError) {
        var names: Set<String> = []
        for name in tracking.map(\.name) + steps.map(\.name) {
            guard names.insert(name).inserted else {
                throw ScalingError(.nameTwice, "\(service.rawValue) has two policies that are called \(name)")
            }
        }
        self.service = service
        self.tasks = tasks
        self.tracking = tracking
        self.steps = steps
    }
}
