import Testing
import Ticketing
import TicketingTesting

@Suite("A timestamp")
struct TimestampTests {
    @Test(
        "is written and read back as the same moment",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_164_800_123, "2024-02-29T00:00:00.123Z"),
            (4_107_456_000_000, "2100-02-28T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_798_761_599_999, "2026-12-31T23:59:59.999Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (-62_162_121_600_000, "0000-02-29T00:00:00.000Z"),
        ] as [(Int64, String)])
    func roundTrip(ms: Int64, text: String) throws {
        #expect(Timestamp(msSinceEpoch: ms).text == text)
        #expect(try Timestamp(rfc3339: text).msSinceEpoch == ms)
    }

    @Test("may come without milliseconds")
    func withoutMs() throws {
        #expect(try Timestamp(rfc3339: "2027-03-01T10:00:00Z") == .at("2027-03-01T10:00:00.000Z"))
    }

    @Test("walks the calendar from year 0 to 9999 without a gap")
    func everyDay() {
        var expected = (year: 0, month: 1, day: 1)
        var ms = Timestamp.earliest.msSinceEpoch
        while ms <= Timestamp.latest.msSinceEpoch {
            let text = Timestamp(msSinceEpoch: ms).text
            guard text == Self.midnight(expected), (try? Timestamp(rfc3339: text))?.msSinceEpoch == ms else {
                Issue.record("\(text) is not \(expected) or reads back as another moment")
                return
            }
            // Every single day takes too long in a debug build; a prime stride meets every day of the year.
            for _ in 0..<37 { expected = Self.dayAfter(expected) }
            ms += 37 * 86_400_000
        }
    }

    @Test(
        "is refused in any other form",
        arguments: [
            "", "2027", "2027-03-01", "2027-03-01 10:00:00Z", "2027-03-01t10:00:00Z", "2027-03-01T10:00:00z",
            "2027-03-01T10:00:00", "2027-03-01T10:00:00+00:00", "2027-03-01T10:00:00.0Z",
            "2027-03-01T10:00:00.000000Z", "2027-03-01T10:00:00,000Z", "2027-02-29T10:00:00Z",
            "2100-02-29T10:00:00Z", "2027-04-31T10:00:00Z", "2027-00-01T10:00:00Z", "2027-13-01T10:00:00Z",
            "2027-03-00T10:00:00Z", "2027-03-32T10:00:00Z", "2027-03-01T24:00:00Z", "2027-03-01T10:60:00Z",
            "2027-03-01T23:59:60Z", "+027-03-01T10:00:00Z", "20a7-03-01T10:00:00Z",
            "2027-03-01T10:00:00.-01Z",
            " 2027-03-01T10:00:00Z", "2027-03-01T10:00:00Z ", "12027-03-01T10:00:00Z", "2027-03-01T1٠:00:00Z",
        ])
    func badForms(text: String) {
        #expect(throws: InvalidValue.self) { try Timestamp(rfc3339: text) }
    }

    @Test("stops at the ends of what can be written instead of trapping")
    func saturates() {
        #expect(Timestamp.latest.adding(ms: 1) == .latest)
        #expect(Timestamp.latest.adding(ms: .max) == .latest)
        #expect(Timestamp.earliest.adding(ms: .min) == .earliest)
        #expect(Timestamp.epoch.adding(seconds: .max) == .latest)
        #expect(Timestamp(msSinceEpoch: .max) == .latest)
        #expect(Timestamp.latest.text == "9999-12-31T23:59:59.999Z")
    }

    @Test("counts milliseconds and seconds")
    func arithmetic() {
        let start = Timestamp.at("2027-12-31T23:59:59.500Z")
        #expect(start.adding(ms: 500).text == "2028-01-01T00:00:00.000Z")
        #expect(start.adding(seconds: -60).text == "2027-12-31T23:58:59.500Z")
        #expect(start.adding(seconds: 2).ms(since: start) == 2000)
        #expect(start < start.adding(ms: 1))
    }

    private static func midnight(_ date: (year: Int, month: Int, day: Int)) -> String {
        func padded(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: width - String(number).count) + String(number)
        }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T00:00:00.000Z"
    }

    private static func dayAfter(_ date: (year: Int, month: Int, day: Int)) -> (
        year: Int, month: Int, day: Int
    ) {
        let isLeap = date.year % 400 == 0 || (date.year % 4 == 0 && date.year % 100 != 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if date.day < lengths[date.month - 1] { return (date.year, date.month, date.day + 1) }
        if date.month < 12 { return (date.year, date.month + 1, 1) }
        return (date.year + 1, 1, 1)
    }
}
