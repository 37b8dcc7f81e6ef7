import Ticketing

extension PortError {
    /// What the domain hears of a call that failed. `isRead` when the call changes nothing, so that a lost answer
    /// leaves no doubt behind.
    package init(_ error: AWSError, doing work: String, isRead: Bool = false) {
        let code: Code =
            switch error.code {
            case _ where error.mayHaveHappened && !isRead && error.code != .refused: .unknownOutcome
            case .credentials, .unavailable, .closed: .unavailable
            case .throttled, .busy: .throttled
            case .refused: error.mayHaveHappened && !isRead ? .unknownOutcome : .rejected
            case .badAnswer: .corrupt
            }
        self.init(code, work, cause: error)
    }
}
