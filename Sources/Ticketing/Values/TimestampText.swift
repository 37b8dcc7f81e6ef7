/// RFC 3339, one form out and two in: `2026-05-01T10:00:00.000Z`, and the same without the milliseconds.
///
/// Offsets, lower-case letters, leap seconds and other precisions are refused: who gives a time to a sale
/// should mean exactly one moment.
extension Timestamp: CustomStringConvertible {
    private static let msPerDay: Int64 = 86_400_000
    private static let byteCountWithMs = 24
    private static let byteCountWithoutMs = 20

    package init(rfc3339 text: String, field: String = "time") throws(InvalidValue) {
        guard let moment = Self.parsed(Array(text.utf8)) else {
            throw InvalidValue(
                .badForm, field: field, message: "must be RFC 3339 in UTC, as `2026-05-01T10:00:00.000Z`")
        }
        self = moment
    }

    package var description: String { text }

    package var text: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCountWithMs)
        appendText(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// For writers of JSON and logs, who have a buffer already.
    package func appendText(to bytes: inout [UInt8]) {
        let sinceYear0 = msSinceEpoch - Self.earliest.msSinceEpoch
        let msOfDay = Int(sinceYear0 % Self.msPerDay)
        let date = CalendarDate(daysSinceEpoch: Int((msSinceEpoch - Int64(msOfDay)) / Self.msPerDay))
        Self.append(date.year, digits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(date.month, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(date.day, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        Self.append(msOfDay / 3_600_000, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(msOfDay / 60_000 % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(msOfDay / 1000 % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Self.append(msOfDay % 1000, digits: 3, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    private static func append(_ number: Int, digits: Int, to bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    private static func parsed(_ bytes: [UInt8]) -> Timestamp? {
        guard bytes.count == byteCountWithMs || bytes.count == byteCountWithoutMs,
            hasPunctuation(bytes),
            let year = number(bytes, 0, digits: 4),
            let month = number(bytes, 5, digits: 2),
            let day = number(bytes, 8, digits: 2),
            let date = CalendarDate(year: year, month: month, day: day),
            let hour = number(bytes, 11, digits: 2), hour < 24,
            let minute = number(bytes, 14, digits: 2), minute < 60,
            let second = number(bytes, 17, digits: 2), second < 60
        else { return nil }
        var msOfDay = ((hour * 60 + minute) * 60 + second) * 1000
        if bytes.count == byteCountWithMs {
            guard let ms = number(bytes, 20, digits: 3) else { return nil }
            msOfDay += ms
        }
        return Timestamp(msSinceEpoch: Int64(date.daysSinceEpoch) * msPerDay + Int64(msOfDay))
    }

    private static func hasPunctuation(_ bytes: [UInt8]) -> Bool {
        bytes[4] == UInt8(ascii: "-") && bytes[7] == UInt8(ascii: "-") && bytes[10] == UInt8(ascii: "T")
            && bytes[13] == UInt8(ascii: ":") && bytes[16] == UInt8(ascii: ":")
            && bytes[bytes.count - 1] == UInt8(ascii: "Z")
            && (bytes.count == byteCountWithoutMs || bytes[19] == UInt8(ascii: "."))
    }

    private static func number(_ bytes: [UInt8], _ start: Int, digits: Int) -> Int? {
        var value = 0
        for byte in bytes[start..<start + digits] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}
