import Ticketing

/// Why a question to PostgreSQL has no answer.
package struct PostgresFailure: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        /// The server answered with an error; `sqlState` says which. The transaction is rolled back.
        case refused
        /// The connection ended while the question was out.
        case lost
        /// No connection could be made before the deadline.
        case cannotConnect
        /// All connections were busy until the deadline, or too many wait already.
        case overloaded
        /// It took longer than it may.
        case tooLate
        /// The answer makes no sense: the connection was closed.
        case nonsense
        /// The pool was closed.
        case closed
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?
    package let sqlState: SQLState?
    /// The violated constraint, where the server names one.
    package let constraint: String?
    /// The transaction may have been committed although no answer said so.
    package let mayHaveTakenEffect: Bool

    package init(
        _ code: Code, _ message: String, cause: (any Error)? = nil, sqlState: SQLState? = nil,
        constraint: String? = nil, mayHaveTakenEffect: Bool = false
    ) {
        self.code = code
        self.message = message
        self.cause = cause
        self.sqlState = sqlState
        self.constraint = constraint
        self.mayHaveTakenEffect = mayHaveTakenEffect
    }

    static let poolIsClosed = PostgresFailure(.closed, "the pool is closed")

    func havingMaybeTakenEffect(_ may: Bool) -> PostgresFailure {
        PostgresFailure(
            code, message, cause: cause, sqlState: sqlState, constraint: constraint, mayHaveTakenEffect: may)
    }

    package var description: String {
        let state = sqlState.map { " \($0)" } ?? ""
        guard let cause else { return "\(code.rawValue)\(state): \(message)" }
        return "\(code.rawValue)\(state): \(message) (\(cause))"
    }

    /// The same transaction again may succeed, and it is certain that it did nothing yet. A read never does
    /// anything, so for it a lost connection is no doubt.
    func isWorthRepeating(isWrite: Bool) -> Bool {
        if mayHaveTakenEffect, isWrite { return false }
        if code == .lost { return true }
        guard let sqlState else { return false }
        return sqlState.isContention || sqlState.isFailover || sqlState.isStaleStatement
    }

    /// What the port says to its caller. `what` is the place: the table, the operation.
    func portError(_ what: StaticString, isWrite: Bool) -> PortError {
        PortError(portCode(isWrite: isWrite), "\(what) in PostgreSQL", cause: self)
    }

    private func portCode(isWrite: Bool) -> PortError.Code {
        if mayHaveTakenEffect, isWrite { return .unknownOutcome }
        switch code {
        case .lost, .cannotConnect, .tooLate, .closed: return .unavailable
        case .overloaded: return .throttled
        case .nonsense: return .corrupt
        case .refused: break
        }
        guard let sqlState else { return .failed }
        if sqlState.isContention { return .conflict }
        switch sqlState.kind {
        // Values that the server will never take, and limits that the statement is past.
        case "22", "23", "54": return .rejected
        // A broken page or index: a person has to look.
        case "XX": return sqlState.code == "XX000" ? .failed : .corrupt
        // Connections, authorization, a missing database, table or right, no room or memory, a shut-down: it
        // concerns every caller until somebody mends it.
        default: return .unavailable
        }
    }
}
