import Synchronization

/// How often durations fell between which bounds.
package final class Histogram: Sendable {
    /// From 100 µs to 10 s in steps of about 2 to 2.5.
    package static let latencyBuckets: [UInt64] = [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]
    package static let maxBuckets = 23

    let boundCount: Int
    /// Upper bounds in nanoseconds; the rest is `UInt64.max`, so that a search always ends.
    private let bounds: InlineArray<24, UInt64>
    /// How many observations each bucket took by itself; what is above the last bound stands after it.
    private let counts: InlineArray<24, Atomic<UInt64>>
    private let sum = Atomic<UInt64>(0)
    // A cache line of its own, as for a counter.
    private let padding = InlineArray<8, UInt64>(repeating: 0)

    init(bounds: [UInt64]) {
        precondition(
            1...Self.maxBuckets ~= bounds.count, "a histogram has from 1 to \(Self.maxBuckets) buckets")
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "the bounds of a histogram must grow")
        boundCount = bounds.count
        self.bounds = InlineArray { $0 < bounds.count ? bounds[$0] : .max }
        counts = InlineArray { _ in Atomic(0) }
    }

    package func observe(nanoseconds: UInt64) {
        // Most answers are fast: a walk from the smallest bound ends after a step or two.
        var index = 0
        while index < boundCount, bounds[index] < nanoseconds { index += 1 }
        counts[index].wrappingAdd(1, ordering: .relaxed)
        sum.wrappingAdd(nanoseconds, ordering: .relaxed)
    }

    func bound(_ index: Int) -> UInt64 { bounds[index] }

    func hasSameBounds(as other: Histogram) -> Bool {
        boundCount == other.boundCount && (0..<boundCount).allSatisfy { bounds[$0] == other.bounds[$0] }
    }

    /// Adds what was observed so far to the totals of its series; `counts` has a place more than there are bounds.
    func add(to totals: inout HistogramTotals) {
        for index in 0...boundCount { totals.counts[index] &+= counts[index].load(ordering: .relaxed) }
        totals.sumNs &+= sum.load(ordering: .relaxed)
    }
}

/// What all instances of one histogram observed.
struct HistogramTotals {
    var counts: [UInt64]
    var sumNs: UInt64 = 0

    init(boundCount: Int) { counts = [UInt64](repeating: 0, count: boundCount + 1) }
}
