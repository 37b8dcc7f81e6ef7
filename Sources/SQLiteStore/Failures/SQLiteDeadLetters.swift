import Ticketing

/// Failures and dead letters of the embedded store.
package struct SQLiteDeadLetters: DeadLetters {
    private let store: SQLiteStore

    package init(_ store: SQLiteStore) {
        self.store = store
    }

    package func record(_ failure: Failure) async throws(PortError) -> Int {
        try await store.write { connection throws(PortError) in
            try FailureTransactions(connection).record(failure)
        }
    }

    package func failureCounts(of key: String) async throws(PortError) -> [FailureKind: Int] {
        try await store.read { connection throws(PortError) in
            try FailureReads(connection: connection).failureCounts(of: key)
        }
    }

    package func forgetFailures(of keys: [String]) async throws(PortError) {
        guard !keys.isEmpty else { return }
        try await store.write { connection throws(PortError) in
            for key in keys { try FailureTransactions(connection).forgetFailures(of: key) }
        }
    }

    package func bury(_ letter: DeadLetter) async throws(PortError) {
        try await store.write { connection throws(PortError) in
            try FailureTransactions(connection).bury(letter)
        }
    }

    package func letter(_ key: String) async throws(PortError) -> DeadLetter? {
        try await store.read { connection throws(PortError) in
            try FailureReads(connection: connection).letter(key)
        }
    }

    package func letters(
        _ filter: DeadLetterFilter, after key: String?, limit: Int
    ) async throws(PortError) -> [DeadLetter] {
        try await store.read { connection throws(PortError) in
            try FailureReads(connection: connection).letters(filter, after: key, limit: limit)
        }
    }

    package func letterCount() async throws(PortError) -> Int {
        try await store.read { connection throws(PortError) in
            try FailureReads(connection: connection).letterCount()
        }
    }

    package func beginRedrive(of key: String) async throws(PortError) -> Int? {
        try await store.write { connection throws(PortError) in
            try FailureTransactions(connection).beginRedrive(of: key)
        }
    }

    package func remove(_ key: String) async throws(PortError) -> Bool {
        try await store.write { connection throws(PortError) in
            try FailureTransactions(connection).remove(key)
        }
    }
}
