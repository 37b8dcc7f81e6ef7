import Ticketing

/// One small record for each attempt: where the sandbox gateway keeps its books when several workers share them.
///
/// A record is changed by comparing: the new one is written only where the old one still stands, so two workers
/// with one attempt come one after the other without a lock that a dead one could leave.
package struct PostgresAttemptRecords: Sendable {
    private let calls: PortCalls
    private var pool: PostgresPool { calls.pool }

    /// Each lost race means that somebody else's change stands; an attempt sees a handful in its life.
    private static let maxRaces = 16

    package init(pool: PostgresPool) { calls = PortCalls(pool: pool) }

    /// Changes the record of the attempt and returns when that is durable. Nil is no record. The change may run
    /// more than once, each time on the record as it was before.
    package func change<Answer: Sendable>(
        _ attempt: Attempt, _ change: @escaping @Sendable (inout [UInt8]?) -> Answer
    ) async throws(PortError) -> Answer {
        // Most attempts are new: what would be their second question is spared.
        var stored: [UInt8]?
        for _ in 0..<Self.maxRaces {
            var record = stored
            let answer = change(&record)
            if record == stored, stored != nil { return answer }
            if try await replace(stored, by: record, of: attempt) { return answer }
            stored = try await self.record(attempt)
            guard record != nil || stored != nil else { return answer }
        }
        throw PortError(.conflict, "the record of the attempt \(attempt) changes all the time")
    }

    package func record(_ attempt: Attempt) async throws(PortError) -> [UInt8]? {
        try await calls.reading("a record of the sandbox") { deadline async throws(PostgresFailure) in
            let rows = try await pool.ask(
                ["SELECT record FROM attempt_records WHERE attempt = \(attempt)"], within: deadline)[0]
            return rows.count == 0 ? nil : try Self.bytes(rows.text(0, 0))
        }
    }

    /// By attempt, only those after `attempt`, at most `limit`.
    package func records(
        after attempt: Attempt?, limit: Int
    ) async throws(PortError) -> [(attempt: Attempt, record: [UInt8])] {
        let last = attempt ?? Attempt(high: 0, low: 0)
        let isFirst = attempt == nil
        let limit = max(0, limit)
        return try await calls.reading("the records of the sandbox") {
            deadline async throws(PostgresFailure) in
            let rows = try await pool.ask(
                [
                    """
                    SELECT attempt, record FROM attempt_records WHERE \(isFirst) OR attempt > \(last)
                    ORDER BY attempt LIMIT \(limit)
                    """
                ], within: deadline)[0]
            var records: [(attempt: Attempt, record: [UInt8])] = []
            for row in 0..<rows.count {
                records.append((try rows.attempt(row, 0), try Self.bytes(rows.text(row, 1))))
            }
            return records
        }
    }

    /// False when the old record no longer stands.
    private func replace(
        _ old: [UInt8]?, by new: [UInt8]?, of attempt: Attempt
    ) async throws(PortError) -> Bool {
        let statement: SQLQuery
        switch (old.map(Self.text), new.map(Self.text)) {
        case (nil, nil): return false
        case (nil, let new?):
            statement = """
                INSERT INTO attempt_records (attempt, record) VALUES (\(attempt), \(new))
                ON CONFLICT DO NOTHING RETURNING 1::bigint
                """
        case (let old?, let new?):
            statement = """
                UPDATE attempt_records SET record = \(new) WHERE attempt = \(attempt) AND record = \(old)
                RETURNING 1::bigint
                """
        case (let old?, nil):
            statement = """
                DELETE FROM attempt_records WHERE attempt = \(attempt) AND record = \(old) RETURNING 1::bigint
                """
        }
        return try await calls.writing("a record of the sandbox") { deadline async throws(PostgresFailure) in
            try await pool.ask([statement], within: deadline)[0].count == 1
        }
    }

    // MARK: The form of a record

    private static func text(_ record: [UInt8]) -> String {
        record.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func bytes(_ text: String) throws(PostgresFailure) -> [UInt8] {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else {
            throw PostgresFailure(.nonsense, "a record of the sandbox is not written in hexadecimal digits")
        }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0]! * 16 + digits[$0 + 1]!) }
    }
}
