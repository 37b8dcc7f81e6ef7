/// How long a system took to be itself again after a fault had ended.
package enum RecoveryTime {
    /// So many slices in a row have to be in bounds: one good second between two bad ones is no recovery.
    private static let steady = 3

    /// From `endedAt` to the end of the first slice that begins a steady stretch in bounds; 0 when no slice from then
    /// on was out of bounds, nil when the run ended before it was steady.
    package static func seconds(after endedAt: Double, in points: [SlicePoint], _ limits: StopLimits)
        -> Double?
    {
        let later = points.filter { $0.endsAt > endedAt + 1e-9 }
        guard later.contains(where: { !isInBounds($0, limits) }) else { return later.isEmpty ? nil : 0 }
        var good = 0
        for (index, point) in later.enumerated() {
            good = isInBounds(point, limits) ? good + 1 : 0
            guard good == steady else { continue }
            let first = later[index - steady + 1]
            // In bounds from the first slice on, and out of them later for another reason.
            return index == steady - 1 ? 0 : first.endsAt - endedAt
        }
        return nil
    }

    static func isInBounds(_ point: SlicePoint, _ limits: StopLimits) -> Bool {
        guard point.ended > 0 else { return point.offered == 0 }
        return point.p95Us <= UInt64(limits.p95Ms) * 1_000
            && Double(point.failed) * 100 < max(limits.failedPercent, 0.001) * Double(point.ended)
            && Double(point.answered) * 100 >= limits.heldPercent * Double(point.offered)
    }
}
