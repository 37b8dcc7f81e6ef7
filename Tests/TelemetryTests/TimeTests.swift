import JSON
import Telemetry
import Testing

@Suite("Dates")
struct TimeTests {
    @Test(
        "an instant is written as HTTP and as RFC 3339 write it",
        arguments: [
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00.000Z"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT", "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 GMT", "2000-02-29T00:00:00.000Z"),
            (951_868_799_999, "Tue, 29 Feb 2000 23:59:59 GMT", "2000-02-29T23:59:59.999Z"),
            (4_107_542_400_000, "Mon, 01 Mar 2100 00:00:00 GMT", "2100-03-01T00:00:00.000Z"),
            (1_795_248_000_001, "Sat, 21 Nov 2026 08:00:00 GMT", "2026-11-21T08:00:00.001Z"),
            (253_402_300_799_999, "Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59.999Z"),
            (-62_167_219_200_000, "Sat, 01 Jan 0000 00:00:00 GMT", "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String, String)])
    func formats(epochMs: Int64, http: String, rfc3339: String) {
        #expect(HTTPDate.string(epochMs: epochMs) == http)
        #expect(Timestamp.string(epochMs: epochMs) == rfc3339)
        #expect(Timestamp.epochMs(parsing: rfc3339) == epochMs)
    }

    @Test("an instant that four digits of a year cannot say becomes the nearest that they can")
    func range() {
        #expect(Timestamp.string(epochMs: .max) == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp.string(epochMs: .min) == "0000-01-01T00:00:00.000Z")
    }

    @Test("days follow one another over 400 years: what is written reads back, and the weekday moves by one")
    func everyDay() {
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        var previous = ""
        for day in 0..<146_097 {
            let epochMs = Int64(day) * 86_400_000
            let text = Timestamp.string(epochMs: epochMs)
            let isRight =
                text > previous && Timestamp.epochMs(parsing: text) == epochMs
                && HTTPDate.string(epochMs: epochMs).hasPrefix(weekdays[day % 7])
            guard isRight else {
                Issue.record("\(text) after \(previous)")
                return
            }
            previous = text
        }
        #expect(previous == "2369-12-31T00:00:00.000Z")
    }

    @Test("RFC 3339 times with offsets and any number of decimals are read")
    func parses() {
        #expect(Timestamp.epochMs(parsing: "1970-01-01T09:00:00+09:00") == 0)
        #expect(Timestamp.epochMs(parsing: "1969-12-31t19:30:00.5-04:30") == 500)
        #expect(Timestamp.epochMs(parsing: "1970-01-01T00:00:00.123456789z") == 123)
        #expect(Timestamp.epochMs(parsing: "1970-01-01T00:00:00.1Z") == 100)
    }

    @Test(
        "what is no RFC 3339 time is refused",
        arguments: [
            "", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01 00:00:00Z", "1970-13-01T00:00:00Z",
            "1970-00-01T00:00:00Z", "1970-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "1970-04-31T00:00:00Z",
            "1970-01-00T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:60Z",
            "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00+0900", "1970-01-01T00:00:00+24:00",
            "+970-01-01T00:00:00Z",
            "1970-01-01T00:00:00.1234567890Z", "1970-01-01T00:00:00ZZ", "197O-01-01T00:00:00Z",
        ])
    func refuses(text: String) {
        #expect(Timestamp.epochMs(parsing: text) == nil)
    }

    @Test("an instant is a member of a document like any other")
    func member() {
        var writer = JSONWriter()
        writer.object { $0.member("expiresAt", timestampMs: 784_111_777_250) }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"expiresAt":"1994-11-06T08:49:37.250Z"}"#)
    }
}
