/// What an adapter throws, whichever engine stands behind it.
package struct PortError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// The other side is down or past its deadline, and nothing was done. It concerns every caller: stop
        /// asking for more work.
        case unavailable
        /// The other side or our own limit asks for less. Nothing was done.
        case throttled
        /// Somebody else wrote at the same time, more often than the adapter's own retries. Nothing was done.
        case conflict
        /// The effect may have happened. Ask again with the same values: every write here is safe to repeat.
        case unknownOutcome
        /// This one call failed for reasons of its own; others may well succeed. It may be tried again.
        case failed
        /// The other side says that the request is wrong. The same request never succeeds.
        case rejected
        /// What was read does not make sense. A person has to look.
        case corrupt
    }

    package let code: Code
    /// One sentence with the place: the table, the statement, the address. Never a secret.
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var isRetryable: Bool {
        switch code {
        case .unavailable, .throttled, .conflict, .unknownOutcome, .failed: true
        case .rejected, .corrupt: false
        }
    }

    package var description: String {
        guard let cause else { return "\(code.rawValue): \(message)" }
        return "\(code.rawValue): \(message) (\(cause))"
    }
}
