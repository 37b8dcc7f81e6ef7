/// A day of the Gregorian calendar and a time of that day in UTC, by arithmetic alone: `gmtime` takes a lock on the
/// time zone data and a date formatter would link megabytes of tables.
struct CivilDate: Equatable {
    var year: Int
    var month: Int
    var day: Int
    /// 0 is Sunday.
    var weekday: Int
    var millisecondOfDay: Int

    static let msPerDay: Int64 = 86_400_000
    /// 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z: what four digits of a year can say.
    static let earliestMs: Int64 = -62_167_219_200_000
    static let latestMs: Int64 = 253_402_300_799_999

    /// The date of this instant; one that four digits of a year cannot say becomes the nearest that they can.
    init(epochMs: Int64) {
        let instant = min(max(epochMs, Self.earliestMs), Self.latestMs)
        var days = instant / Self.msPerDay
        var rest = instant % Self.msPerDay
        if rest < 0 {
            days -= 1
            rest += Self.msPerDay
        }
        millisecondOfDay = Int(rest)
        // 1970-01-01 was a Thursday; no day before the year 0 occurs, so the sum is positive.
        weekday = Int((days + 719_528 + 6) % 7)

        // Years are counted from 1 March, so that the leap day is the last day of its year, in cycles of 400 years
        // that are all equally long. 719,468 days lie between 0000-03-01 and the epoch.
        let shifted = Int(days) + 719_468
        let cycle = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfCycle = shifted - cycle * 146_097
        let yearOfCycle =
            (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        // From March on the months' lengths repeat as 153 days for every five.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
    }

    /// Days from 1970-01-01 to this date, or nil when the calendar has no such day.
    static func days(year: Int, month: Int, day: Int) -> Int64? {
        guard 0...9999 ~= year, 1...12 ~= month, 1...31 ~= day else { return nil }
        let yearFromMarch = month <= 2 ? year - 1 : year
        let cycle = (yearFromMarch >= 0 ? yearFromMarch : yearFromMarch - 399) / 400
        let yearOfCycle = yearFromMarch - cycle * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        let days = Int64(cycle * 146_097 + dayOfCycle - 719_468)
        // 30 February would have become a day of March: read back, it is another date.
        let check = CivilDate(epochMs: days * msPerDay)
        return check.month == month && check.day == day ? days : nil
    }
}

/// Zero-padded decimal digits at fixed places.
enum PaddedDigits {
    @inline(__always)
    static func write2(_ value: Int, into memory: UnsafeMutableRawPointer, at offset: Int) {
        memory.storeBytes(
            of: UInt8(truncatingIfNeeded: value / 10 + 48), toByteOffset: offset, as: UInt8.self)
        memory.storeBytes(
            of: UInt8(truncatingIfNeeded: value % 10 + 48), toByteOffset: offset + 1, as: UInt8.self)
    }

    @inline(__always)
    static func write4(_ value: Int, into memory: UnsafeMutableRawPointer, at offset: Int) {
        write2(value / 100, into: memory, at: offset)
        write2(value % 100, into: memory, at: offset + 2)
    }
}
