import LoadBot
import Testing

@Suite struct LatencyHistogramTests {
    @Test("percentiles are within a thousandth of those of the sorted values")
    func percentiles() {
        var generator = SplitMix(state: 7)
        var histogram = LatencyHistogram()
        var values: [UInt64] = []
        for _ in 0..<100_000 {
            // From a microsecond to a minute, every size as likely.
            let exponent = Double(generator.next() % 25_900) / 1_000
            let us = UInt64(exp2(exponent)) + 1
            values.append(us)
            histogram.record(nanoseconds: us * 1_000)
        }
        values.sort()
        for share in [0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0] {
            let exact = Double(values[min(values.count - 1, Int((share * 100_000).rounded(.up)) - 1)])
            let told = Double(histogram.percentileUs(share))
            #expect(abs(told - exact) <= exact / 1_000 + 1, "at \(share): \(told) for \(exact)")
        }
    }

    @Test("two histograms added are the histogram of all their values")
    func merge() {
        var generator = SplitMix(state: 8)
        var all = LatencyHistogram()
        var parts = [LatencyHistogram(), LatencyHistogram()]
        for index in 0..<10_000 {
            let ns = generator.next() % 70_000_000_000
            all.record(nanoseconds: ns)
            parts[index % 2].record(nanoseconds: ns)
        }
        parts[0].add(parts[1])
        #expect(parts[0] == all)
    }

    @Test("the longest is kept exactly, and nothing recorded gives nothing")
    func edges() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentileUs(0.99) == 0)
        histogram.record(nanoseconds: 123_456_789_012)
        #expect(histogram.maxNs == 123_456_789_012)
        #expect(histogram.count == 1)
        histogram.record(nanoseconds: 0)
        #expect(histogram.percentileUs(0.5) == 0)
    }

    private func exp2(_ value: Double) -> Double {
        var result = 1.0
        for _ in 0..<Int(value) { result *= 2 }
        return result * (1 + (value - value.rounded(.down)))
    }
}

/// A generator with a seed, so that a failure happens again.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
