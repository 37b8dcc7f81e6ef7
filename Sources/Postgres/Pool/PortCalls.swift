import Ticketing

/// How a port asks the pool: what certainly did nothing is tried again within the deadline and the budget, and
/// what remains becomes the port's own error.
struct PortCalls: Sendable {
    let pool: PostgresPool

    /// More would only wait for the same thing: a server that restarts takes longer than all of them.
    private static let maxTries = 6
    private static let firstPauseMs: UInt64 = 10
    private static let longestPauseMs: UInt64 = 400

    func reading<Value>(
        _ what: StaticString, within deadline: PostgresPool.Deadline? = nil,
        _ body: (PostgresPool.Deadline) async throws(PostgresFailure) -> Value
    ) async throws(PortError) -> Value {
        try await trying(what, isWrite: false, deadline ?? pool.deadline(), body)
    }

    func writing<Value>(
        _ what: StaticString, within deadline: PostgresPool.Deadline? = nil,
        _ body: (PostgresPool.Deadline) async throws(PostgresFailure) -> Value
    ) async throws(PortError) -> Value {
        try await trying(what, isWrite: true, deadline ?? pool.deadline(), body)
    }

    private func trying<Value>(
        _ what: StaticString, isWrite: Bool, _ deadline: PostgresPool.Deadline,
        _ body: (PostgresPool.Deadline) async throws(PostgresFailure) -> Value
    ) async throws(PortError) -> Value {
        var tries = 0
        var pauseMs = Self.firstPauseMs
        while true {
            do throws(PostgresFailure) {
                return try await body(deadline)
            } catch {
                tries += 1
                if error.code == .nonsense, !error.mayHaveTakenEffect { pool.distrust() }
                guard error.isWorthRepeating(isWrite: isWrite), tries < Self.maxTries,
                    await pool.mayRetry(afterMs: pauseMs, within: deadline)
                else { throw error.portError(what, isWrite: isWrite) }
                pauseMs = min(pauseMs * 3, Self.longestPauseMs)
            }
        }
    }

    /// Makes a value of the domain from what was read.
    static func valid<Value>(
        _ place: StaticString, _ make: () throws(InvalidValue) -> Value
    ) throws(PostgresFailure) -> Value {
        do {
            return try make()
        } catch {
            throw PostgresFailure(.nonsense, "\(place) in the database does not make sense", cause: error)
        }
    }
}
