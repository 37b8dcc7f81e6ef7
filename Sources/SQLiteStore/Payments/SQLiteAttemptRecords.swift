import Ticketing

/// One small record for each attempt, changed under a transaction: where the sandbox gateway keeps its books.
package struct SQLiteAttemptRecords: Sendable {
    private let store: SQLiteStore

    package init(_ store: SQLiteStore) {
        self.store = store
    }

    /// Changes the record of the attempt and returns when that is durable. Nil is no record. The change may
    /// run more than once, each time on the record as it was before.
    package func change<Answer: Sendable>(
        _ attempt: Attempt, _ change: @escaping @Sendable (inout [UInt8]?) -> Answer
    ) async throws(PortError) -> Answer {
        try await store.write { connection throws(PortError) in
            let key = attempt.bytes
            let stored = try record(key, on: connection)
            var record = stored
            let answer = change(&record)
            guard record != stored else { return answer }
            if let record {
                let put = try connection.statement(
                    "INSERT OR REPLACE INTO attempt_records (attempt, record) VALUES (?1, ?2)")
                put.bind(1, blob: key)
                put.bind(2, blob: record)
                try put.run()
            } else {
                let delete = try connection.statement("DELETE FROM attempt_records WHERE attempt = ?1")
                delete.bind(1, blob: key)
                try delete.run()
            }
            return answer
        }
    }

    package func record(_ attempt: Attempt) async throws(PortError) -> [UInt8]? {
        try await store.read { connection throws(PortError) in try record(attempt.bytes, on: connection) }
    }

    /// By attempt, only those after `attempt`, at most `limit`.
    package func records(
        after attempt: Attempt?, limit: Int
    ) async throws(PortError) -> [(attempt: Attempt, record: [UInt8])] {
        try await store.read { connection throws(PortError) in
            let find = try connection.statement(
                "SELECT attempt, record FROM attempt_records WHERE attempt > ?1 ORDER BY attempt LIMIT ?2")
            find.bind(1, blob: attempt?.bytes ?? [])
            find.bind(2, max(0, limit))
            defer { find.reset() }
            var records: [(attempt: Attempt, record: [UInt8])] = []
            while try find.step() {
                records.append((try Attempt(stored: find.bytes(0)), find.blob(1)))
            }
            return records
        }
    }

    private func record(_ key: [UInt8], on connection: Connection) throws(PortError) -> [UInt8]? {
        let find = try connection.statement("SELECT record FROM attempt_records WHERE attempt = ?1")
        find.bind(1, blob: key)
        defer { find.reset() }
        return try find.step() ? find.blob(0) : nil
    }
}
