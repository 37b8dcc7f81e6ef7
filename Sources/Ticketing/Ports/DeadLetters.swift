/// Failures and given-up messages, kept in our own store: a queue can neither attach a reason nor be browsed.
package protocol DeadLetters: Sendable {
    /// Writes the failure down and gives how many the key has by now, of all kinds, since it was last
    /// forgotten or redriven. No precondition.
    func record(_ failure: Failure) async throws(PortError) -> Int

    /// By kind, for the operator and for tests.
    func failureCounts(of key: String) async throws(PortError) -> [FailureKind: Int]

    /// The work came to an end after all: its failures no longer count. No precondition; unknown keys are
    /// passed over.
    func forgetFailures(of keys: [String]) async throws(PortError)

    /// Puts the letter. When the key has one already, the new one takes its place, but its count of
    /// redrives stays. The caller deletes the message from the queue after this, never before.
    func bury(_ letter: DeadLetter) async throws(PortError)

    func letter(_ key: String) async throws(PortError) -> DeadLetter?

    /// By key, only those after `key`, at most `limit`.
    func letters(
        _ filter: DeadLetterFilter, after key: String?, limit: Int
    ) async throws(PortError) -> [DeadLetter]

    func letterCount() async throws(PortError) -> Int

    /// Counts one more redrive of the letter, forgets its failures, and gives the count: it goes into the
    /// message's deduplication id. Nil when there is no such letter. The letter stays until `remove`, which
    /// comes after the message stands in the queue; a crash in between leaves both, and both may be worked
    /// on.
    func beginRedrive(of key: String) async throws(PortError) -> Int?

    /// Takes the letter off the list. The count of its redrives is kept for the next time it dies. False
    /// when there was none.
    func remove(_ key: String) async throws(PortError) -> Bool
}
