/// How much may be tried again. When everything fails, everybody's retries would make it worse: ten successes earn
/// one more retry.
struct RetryBudget {
    private static let max = 100
    private static let cost = 10
    private var saved = max

    mutating func earn() { saved = Swift.min(Self.max, saved + 1) }

    mutating func spend() -> Bool {
        guard saved >= Self.cost else { return false }
        saved -= Self.cost
        return true
    }
}
