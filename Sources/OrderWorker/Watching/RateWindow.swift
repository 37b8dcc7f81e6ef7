import Ticketing

/// Counts what happened in each of the last ten seconds.
struct RateWindow: Sendable {
    private static let seconds: Int64 = 10

    private var counts = InlineArray<10, Int>(repeating: 0)
    private var lastSecond: Int64 = 0

    mutating func count(_ number: Int, at now: Timestamp) {
        let second = now.msSinceEpoch / 1000
        forget(before: second)
        counts[Int(second % Self.seconds)] += number
    }

    /// Over the nine full seconds before this one; the running second would always look slow.
    mutating func perSecond(at now: Timestamp) -> Double {
        let second = now.msSinceEpoch / 1000
        forget(before: second)
        var sum = 0
        for index in 0..<10 where index != Int(second % Self.seconds) { sum += counts[index] }
        return Double(sum) / Double(Self.seconds - 1)
    }

    private mutating func forget(before second: Int64) {
        guard second > lastSecond else { return }
        let passed = min(second - lastSecond, Self.seconds)
        for step in 0..<passed { counts[Int((second - step) % Self.seconds)] = 0 }
        lastSecond = second
    }
}
