import Ticketing

/// When a sale opens, as a person writes it: to the minute or second, in UTC or with an offset.
enum OpeningTime {
    /// `2027-03-01T10:00`, `2027-03-01T10:00:00`, either with `Z` or an offset such as `+09:00` behind it.
    static func parse(_ text: String) -> Timestamp? {
        let (moment, offsetMinutes) = split(text) ?? (nil, 0)
        guard let moment else { return nil }
        let seconds = moment.utf8.count == 16 ? ":00" : ""
        guard moment.utf8.count == 16 || moment.utf8.count == 19,
            let utc = try? Timestamp(rfc3339: "\(moment)\(seconds).000Z")
        else { return nil }
        return utc.adding(seconds: -60 * offsetMinutes)
    }

    /// Without a zone it is nobody's ten o'clock: refused.
    private static func split(_ text: String) -> (moment: String, offsetMinutes: Int)? {
        if text.hasSuffix("Z") { return (String(text.dropLast()), 0) }
        let offset = text.suffix(6)
        guard offset.count == 6, let sign = offset.first, sign == "+" || sign == "-" else { return nil }
        let parts = offset.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hours = Decimal.whole(String(parts[0]), in: 0...14),
            let minutes = Decimal.whole(String(parts[1]), in: 0...59)
        else { return nil }
        return (String(text.dropLast(6)), (sign == "-" ? -1 : 1) * (hours * 60 + minutes))
    }
}
