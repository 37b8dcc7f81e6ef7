import Synchronization

/// How far this machine's clock is from AWS's, as far as a refused signature has told.
final class ClockSkew: Sendable {
    private let offsetMs = Atomic<Int64>(0)

    func corrected(_ nowMs: Int64) -> Int64 { nowMs + offsetMs.load(ordering: .relaxed) }

    /// False when the difference does not explain a refused signature, or is known already.
    func learn(serverMs: Int64, nowMs: Int64) -> Bool {
        let offset = serverMs - nowMs
        let known = offsetMs.load(ordering: .relaxed)
        // `Date` has whole seconds, and the answer was on its way for a while.
        guard abs(offset - known) > 2000 else { return false }
        offsetMs.store(offset, ordering: .relaxed)
        return true
    }
}
