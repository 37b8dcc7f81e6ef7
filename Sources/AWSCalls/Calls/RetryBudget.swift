/// What limits retries where every call needs one: each first try pays in a tenth, each retry takes one out. So a
/// service in trouble sees at most a tenth more calls than there would be anyway, and a short disturbance is bridged
/// from what is saved.
package struct RetryBudget: Sendable {
    /// In tenths.
    private var tenths: Int
    private let capacity: Int

    package init(_ settings: RetrySettings) {
        capacity = settings.budget * 10
        tenths = capacity
    }

    package mutating func deposit() { tenths = min(capacity, tenths + 1) }

    package mutating func withdraw() -> Bool {
        guard tenths >= 10 else { return false }
        tenths -= 10
        return true
    }
}

/// How a call is repeated.
package struct RetrySettings: Sendable {
    /// Retries saved up for a disturbance, each loop's own.
    package var budget = 100
    package var maxAttempts = 6
    package var firstDelayMs = 25
    package var firstThrottledDelayMs = 100
    package var maxDelayMs = 1000

    package init() {}

    /// Full jitter: anything from nothing to the bound, which doubles with each try. Those that failed together do not
    /// come back together.
    func delayMs(afterAttempt attempt: Int, isThrottled: Bool, random: UInt64) -> Int {
        let first = isThrottled ? firstThrottledDelayMs : firstDelayMs
        let bound = min(maxDelayMs, first << min(attempt - 1, 10))
        return Int(UInt64(bound + 1).multipliedFullWidth(by: random).high)
    }
}
