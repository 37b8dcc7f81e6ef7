import Ticketing

/// Failures and dead letters in memory.
package final class ReferenceDeadLetters: DeadLetters {
    private struct State {
        var failures: [String: [FailureKind: Int]] = [:]
        var letters: [String: DeadLetter] = [:]
        var redriveCounts: [String: Int] = [:]
    }

    private let state = SharedState(State())

    package init() {}

    package func record(_ failure: Failure) async throws(PortError) -> Int {
        state.withLock { state in
            state.failures[failure.key, default: [:]][failure.kind, default: 0] += 1
            return state.failures[failure.key, default: [:]].values.reduce(0, +)
        }
    }

    package func failureCounts(of key: String) async throws(PortError) -> [FailureKind: Int] {
        state.withLock { $0.failures[key] ?? [:] }
    }

    package func forgetFailures(of keys: [String]) async throws(PortError) {
        state.withLock { state in
            for key in keys { state.failures[key] = nil }
        }
    }

    package func bury(_ letter: DeadLetter) async throws(PortError) {
        state.withLock { state in
            state.letters[letter.key] = letter.redriven(state.redriveCounts[letter.key] ?? 0)
        }
    }

    package func letter(_ key: String) async throws(PortError) -> DeadLetter? {
        state.withLock { $0.letters[key] }
    }

    package func letters(
        _ filter: DeadLetterFilter, after key: String?, limit: Int
    ) async throws(PortError) -> [DeadLetter] {
        state.withLock { state in
            let matching = state.letters.values.filter { letter in
                filter.matches(letter) && (key.map { $0 < letter.key } ?? true)
            }
            return Array(matching.sorted { $0.key < $1.key }.prefix(limit))
        }
    }

    package func letterCount() async throws(PortError) -> Int {
        state.withLock { $0.letters.count }
    }

    package func beginRedrive(of key: String) async throws(PortError) -> Int? {
        state.withLock { state in
            guard let letter = state.letters[key] else { return nil }
            let count = (state.redriveCounts[key] ?? 0) + 1
            state.redriveCounts[key] = count
            state.letters[key] = letter.redriven(count)
            state.failures[key] = nil
            return count
        }
    }

    package func remove(_ key: String) async throws(PortError) -> Bool {
        state.withLock { $0.letters.removeValue(forKey: key) != nil }
    }
}

extension DeadLetter {
    fileprivate func redriven(_ count: Int) -> DeadLetter {
        DeadLetter(
            key: key, message: message, event: event, kind: kind, reason: reason, failureCount: failureCount,
            diedAt: diedAt, redriveCount: count)
    }
}
