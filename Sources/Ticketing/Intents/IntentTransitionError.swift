/// Why an intent did not take a step. Its state is unchanged.
package struct IntentTransitionError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        /// Final states are for ever.
        case alreadyFinal
        case wrongState
    }

    package let code: Code
    package let step: IntentStep
    package let state: IntentState

    package init(step: IntentStep, from state: IntentState) {
        code = state.isFinal ? .alreadyFinal : .wrongState
        self.step = step
        self.state = state
    }

    package var message: String { "an intent that is \(state.rawValue) cannot \(step.rawValue)" }

    package var description: String { message }
}
