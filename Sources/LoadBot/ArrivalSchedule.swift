/// When requests are due: fixed before the run, so that a server that stalls does not slow its own load down.
package struct ArrivalSchedule: Sendable {
    private let startNs: UInt64
    private let intervalNs: Double
    package let total: Int
    private var next = 0

    /// `ratePerSecond` evenly spaced arrivals for so long.
    package init(startNs: UInt64, ratePerSecond: Double, seconds: Double) {
        precondition(ratePerSecond > 0 && seconds > 0)
        self.startNs = startNs
        intervalNs = 1_000_000_000 / ratePerSecond
        total = Int((ratePerSecond * seconds).rounded())
    }

    package var isExhausted: Bool { next >= total }

    /// When the next request is due; nil when all have been.
    package var nextDueNs: UInt64? { isExhausted ? nil : startNs + UInt64(Double(next) * intervalNs) }

    /// Takes the next arrival that is due by now.
    package mutating func takeDue(nowNs: UInt64) -> UInt64? {
        guard let dueNs = nextDueNs, dueNs <= nowNs else { return nil }
        next += 1
        return dueNs
    }
}
