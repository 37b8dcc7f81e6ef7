/// Durations from a microsecond to a minute with three significant digits, in a fixed number of counters, so
/// that a percentile of a long run is as exact as one of a short run and two runs add up without loss.
package struct LatencyHistogram: Equatable, Sendable {
    /// Steps within a power of two: 1,024 of them keep the error under a thousandth.
    private static let stepBits = 10
    private static let steps = 1 << stepBits
    /// 2^26 us is a little more than a minute.
    private static let largestUs: UInt64 = 1 << 26

    private var counts: [UInt64]
    package private(set) var count: UInt64 = 0
    package private(set) var maxNs: UInt64 = 0
    package private(set) var sumNs: UInt64 = 0

    package init() { counts = [UInt64](repeating: 0, count: Self.index(ofUs: Self.largestUs) + 1) }

    /// Put together from what `occupied` told of another one; nil when no histogram could have told it.
    package init?(occupied: [(index: Int, count: UInt64)], sumNs: UInt64, maxNs: UInt64) {
        self.init()
        for (index, count) in occupied {
            guard counts.indices.contains(index), !self.count.addingReportingOverflow(count).overflow else {
                return nil
            }
            counts[index] += count
            self.count += count
        }
        self.sumNs = sumNs
        self.maxNs = maxNs
    }

    /// The counters that are above 0: all there is to know, and mostly little.
    package var occupied: [(index: Int, count: UInt64)] {
        counts.indices.compactMap { counts[$0] == 0 ? nil : ($0, counts[$0]) }
    }

    /// What is longer than a minute counts as a minute; the maximum is kept exactly.
    package mutating func record(nanoseconds: UInt64) {
        counts[Self.index(ofUs: min(nanoseconds / 1_000, Self.largestUs))] += 1
        count += 1
        sumNs &+= nanoseconds
        maxNs = max(maxNs, nanoseconds)
    }

    /// As it was when it was made, with the memory that it has.
    package mutating func removeAll() {
        guard count > 0 else { return }
        for index in counts.indices { counts[index] = 0 }
        count = 0
        sumNs = 0
        maxNs = 0
    }

    package mutating func add(_ other: LatencyHistogram) {
        guard other.count > 0 else { return }
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
        sumNs &+= other.sumNs
        maxNs = max(maxNs, other.maxNs)
    }

    /// The duration that this share of the records (0 to 1) does not exceed; 0 without records.
    package func percentileUs(_ share: Double) -> UInt64 {
        guard count > 0 else { return 0 }
        let rank = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for index in counts.indices {
            seen += counts[index]
            if seen >= rank { return Self.upperUs(index) }
        }
        return Self.largestUs
    }

    package var meanUs: Double { count == 0 ? 0 : Double(sumNs) / Double(count) / 1_000 }

    private static func index(ofUs value: UInt64) -> Int {
        let magnitude = 64 - value.leadingZeroBitCount
        guard magnitude > stepBits + 1 else { return Int(value) }
        let shift = magnitude - stepBits - 1
        return (shift << stepBits) + Int(value >> UInt64(shift))
    }

    /// The largest duration that falls into the counter.
    private static func upperUs(_ index: Int) -> UInt64 {
        guard index >= 2 * steps else { return UInt64(index) }
        let shift = (index >> stepBits) - 1
        let mantissa = UInt64(index - (shift << stepBits))
        return ((mantissa + 1) << UInt64(shift)) - 1
    }
}
