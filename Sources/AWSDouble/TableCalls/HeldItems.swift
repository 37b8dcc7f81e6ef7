/// Items in a transaction that is under way. The double's transactions are over when they begin; a test that wants
/// to see conflicts lets them seem to last.
struct HeldItems {

    private var endsAtMs: [ItemPlace: Int64] = [:]

    /// Beyond this many, those that have ended are thrown out.
    private static let sweepCount = 4_096

    func holds(_ table: Text, _ key: ItemKey, nowMs: Int64) -> Bool {
        guard !endsAtMs.isEmpty else { return false }
        return (endsAtMs[ItemPlace(table: table, key: key)] ?? 0) > nowMs
    }

    mutating func hold(_ table: Text, _ key: ItemKey, untilMs: Int64, nowMs: Int64) {
        if endsAtMs.count >= Self.sweepCount { endsAtMs = endsAtMs.filter { $0.value > nowMs } }
        endsAtMs[ItemPlace(table: table, key: key)] = untilMs
    }
}
