/// A moment in UTC, in whole milliseconds since 1970.
///
/// It stays within the years 0 to 9999, the range RFC 3339 can write. Arithmetic past either end stops there
/// instead of trapping: a deadline in the year 9999 never comes anyway.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// 0000-01-01T00:00:00.000Z
    package static let earliest = Timestamp(uncheckedMs: -62_167_219_200_000)
    /// 9999-12-31T23:59:59.999Z
    package static let latest = Timestamp(uncheckedMs: 253_402_300_799_999)
    package static let epoch = Timestamp(uncheckedMs: 0)

    package let msSinceEpoch: Int64

    package init(msSinceEpoch: Int64) {
        self.msSinceEpoch = min(max(msSinceEpoch, Self.earliest.msSinceEpoch), Self.latest.msSinceEpoch)
    }

    private init(uncheckedMs: Int64) {
        msSinceEpoch = uncheckedMs
    }

    package func adding(ms: Int64) -> Timestamp {
        let (sum, overflows) = msSinceEpoch.addingReportingOverflow(ms)
        guard !overflows else { return ms > 0 ? .latest : .earliest }
        return Timestamp(msSinceEpoch: sum)
    }

    package func adding(seconds: Int) -> Timestamp {
        let (ms, overflows) = Int64(seconds).multipliedReportingOverflow(by: 1000)
        guard !overflows else { return seconds > 0 ? .latest : .earliest }
        return adding(ms: ms)
    }

    /// Negative when this moment comes first.
    package func ms(since other: Timestamp) -> Int64 { msSinceEpoch - other.msSinceEpoch }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.msSinceEpoch < right.msSinceEpoch
    }
}
