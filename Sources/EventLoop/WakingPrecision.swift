/// How exactly a loop keeps its timers.
package enum WakingPrecision: Sendable {
    /// Up to a millisecond late: deadlines that lie close together cost one turn.
    case millisecond
    /// As exactly as the kernel can, for a loop that has to do things on time.
    case exact

    /// How long to wait when the next timer is so far away: never less, because to wake a moment early would only
    /// mean a turn for nothing.
    func waitNs(forNs distanceNs: UInt64) -> Int64 {
        switch self {
        case .millisecond: Int64((distanceNs + 999_999) / 1_000_000) * 1_000_000
        case .exact: Int64(distanceNs)
        }
    }
}
