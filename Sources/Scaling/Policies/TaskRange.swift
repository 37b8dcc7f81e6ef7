/// Between how many tasks a service is scaled.
package struct TaskRange: Equatable, Sendable {
    package let min: Int
    package let max: Int

    package init(min: Int, max: Int) throws(ScalingError) {
        guard min > 0 else {
            throw ScalingError(.noTasks, "at least one task must run: the minimum is \(min)")
        }
        guard min <= max else {
            throw ScalingError(.minAboveMax, "the minimum of \(min) tasks is above the maximum of \(max)")
        }
        self.min = min
        self.max = max
    }
}
