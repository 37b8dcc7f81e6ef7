import AWSCalls
import Ticketing

/// How often, and how long, a write is tried again that met others on its items. It has nothing to do with the retry
/// budget: a conflict is the answer of a service in good health, and the bound here is the write's own deadline. A
/// throttle among the reasons is none: that comes out of the budget, and is the end when there is nothing in it.
struct Contention {
    private static let timeoutNs: UInt64 = 5_000_000_000
    private static let maxRounds = 40
    private static let firstDelayMs = 5
    private static let maxDelayMs = 250

    private let calls: AWSCalls
    private let deadlineNs: UInt64
    private var rounds = 0
    private var throttles = 0

    init(_ calls: AWSCalls) {
        self.calls = calls
        deadlineNs = calls.nowNs + Self.timeoutNs
    }

    /// Waits before the next round: full jitter, so that those who met do not meet again.
    mutating func pause(
        after reasons: [TransactOutcome.Reason], _ doing: @autoclosure () -> String
    ) async throws(PortError) {
        guard !reasons.isThrottled else { return try await pauseThrottled(doing()) }
        rounds += 1
        let bound = min(Self.maxDelayMs, Self.firstDelayMs << min(rounds, 10))
        let delayMs = 1 + calls.randomness.below(bound)
        guard rounds < Self.maxRounds, calls.nowNs + UInt64(delayMs) * 1_000_000 < deadlineNs else {
            throw PortError(.conflict, "\(doing()): others kept writing the same items")
        }
        await calls.pause(ms: delayMs)
    }

    private mutating func pauseThrottled(_ work: String) async throws(PortError) {
        throttles += 1
        let mayRetry = await calls.pauseBeforeRetry(
            afterAttempt: throttles, isThrottled: true, deadlineNs: deadlineNs)
        guard mayRetry else {
            throw PortError(.throttled, "\(work): the table takes no more just now, and no retry is left")
        }
    }
}
