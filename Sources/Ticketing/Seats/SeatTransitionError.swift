/// Why a seat did not take a step. Its state is unchanged.
package struct SeatTransitionError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        case notFree
        case notOwner
        case alreadyOwned
        case wrongState
        case holdEndsInThePast
    }

    package let code: Code
    package let state: SeatState

    package init(_ code: Code, from state: SeatState) {
        self.code = code
        self.state = state
    }

    package var message: String {
        switch code {
        case .notFree: "the seat is held, being sold or sold"
        case .notOwner: "the seat belongs to nobody or to another intent"
        case .alreadyOwned: "the intent has locked this seat already"
        case .wrongState: "the seat is not in the state this step starts from"
        case .holdEndsInThePast: "a hold must end later than now"
        }
    }

    package var description: String { "\(message) (\(state))" }
}
