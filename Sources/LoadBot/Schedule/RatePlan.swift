/// How many arrivals a second are wanted at which time: steps one after the other.
package struct RatePlan: Equatable, Sendable {
    package struct Step: Equatable, Sendable {
        package let name: String
        package let ratePerSecond: Double
        package let seconds: Double

        package init(name: String, ratePerSecond: Double, seconds: Double) {
            precondition(ratePerSecond > 0 && seconds > 0, "a step has a rate and a duration")
            self.name = name
            self.ratePerSecond = ratePerSecond
            self.seconds = seconds
        }
    }

    package let steps: [Step]

    package init(_ steps: [Step]) {
        precondition(!steps.isEmpty, "a plan has a step")
        self.steps = steps
    }

    package var seconds: Double { steps.reduce(0) { $0 + $1.seconds } }
    package var peakPerSecond: Double { steps.map(\.ratePerSecond).max() ?? 0 }
    package var expectedArrivals: Double { steps.reduce(0) { $0 + $1.seconds * $1.ratePerSecond } }

    /// The step at this time from the start; nil when it is over.
    package func step(atSeconds time: Double) -> (index: Int, step: Step, startsAt: Double)? {
        var startsAt = 0.0
        for (index, step) in steps.enumerated() {
            if time < startsAt + step.seconds { return (index, step, startsAt) }
            startsAt += step.seconds
        }
        return nil
    }
}
