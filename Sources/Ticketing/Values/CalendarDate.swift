/// A day of the Gregorian calendar, counted backwards past its beginning as RFC 3339 does.
struct CalendarDate: Equatable {
    private static let daysPer400Years = 146_097
    private static let daysPer100Years = 36_524
    private static let daysPer4Years = 1_461
    private static let daysFromYear0ToEpoch = 719_528

    let year: Int
    let month: Int
    let day: Int

    init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.dayCount(ofMonth: month, in: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that lies so many days after 1970-01-01. The caller keeps it within the years 0 to 9999.
    init(daysSinceEpoch: Int) {
        var rest = daysSinceEpoch + Self.daysFromYear0ToEpoch
        var year = 400 * (rest / Self.daysPer400Years)
        rest %= Self.daysPer400Years
        // Every cycle here opens with its leap year, so its first century has a day more than the others.
        if rest > Self.daysPer100Years {
            year += 100 * ((rest - 1) / Self.daysPer100Years)
            rest = (rest - 1) % Self.daysPer100Years
            // A century that opens without a leap year: its first four years have a day less.
            if rest >= Self.daysPer4Years - 1 {
                year += 4 * ((rest + 1) / Self.daysPer4Years)
                rest = (rest + 1) % Self.daysPer4Years
            }
        } else {
            year += 4 * (rest / Self.daysPer4Years)
            rest %= Self.daysPer4Years
        }
        while rest >= Self.dayCount(of: year) {
            rest -= Self.dayCount(of: year)
            year += 1
        }
        var month = 1
        while rest >= Self.dayCount(ofMonth: month, in: year) {
            rest -= Self.dayCount(ofMonth: month, in: year)
            month += 1
        }
        self.year = year
        self.month = month
        self.day = rest + 1
    }

    var daysSinceEpoch: Int {
        // Years 0 to year-1 hold one leap day each fourth year; year 0 is itself a leap year.
        let leapDays = year == 0 ? 0 : (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + 1
        var days = 365 * year + leapDays + day - 1
        for earlierMonth in 1..<month {
            days += Self.dayCount(ofMonth: earlierMonth, in: year)
        }
        return days - Self.daysFromYear0ToEpoch
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func dayCount(of year: Int) -> Int { isLeap(year) ? 366 : 365 }

    private static func dayCount(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
