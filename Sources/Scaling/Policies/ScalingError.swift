/// Why a policy, a plan or a task cannot be what it was asked to be. Nothing is rendered from it.
package struct ScalingError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: Equatable, Sendable {
        case minAboveMax
        case noTasks
        case targetNotPositive
        case cooldownNotPositive
        case noSteps
        case tooManySteps
        case stepEmpty
        case stepsOverlap
        case stepsLeaveGap
        case firstStepOffThreshold
        case lastStepEnds
        case stepsDoNotGrow
        case changeNotPositive
        case badAlarm
        case badName
        case nameTwice
        case noSuchSize
        case badForecast
        case placeholderMissing
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
