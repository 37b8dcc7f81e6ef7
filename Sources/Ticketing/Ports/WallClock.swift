/// The time of day, and waiting. Nothing reads the time or sleeps except through the clock it was handed.
package protocol WallClock: Sendable {
    func now() -> Timestamp

    /// Returns at or after the moment; at once when it has passed.
    func sleep(until moment: Timestamp) async throws(CancellationError)
}

extension WallClock {
    package func sleep(ms: Int) async throws(CancellationError) {
        try await sleep(until: now().adding(ms: Int64(ms)))
    }
}
