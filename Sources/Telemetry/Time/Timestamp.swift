import JSON

/// An instant as RFC 3339 writes it in UTC with milliseconds: `2026-11-21T08:00:00.000Z`.
package enum Timestamp {
    package static let length = 24

    /// Writes `length` bytes.
    package static func write(epochMs: Int64, into memory: UnsafeMutableRawPointer) {
        let date = CivilDate(epochMs: epochMs)
        let template: StaticString = "0000-00-00T00:00:00.000Z"
        memory.copyMemory(from: template.utf8Start, byteCount: length)
        PaddedDigits.write4(date.year, into: memory, at: 0)
        PaddedDigits.write2(date.month, into: memory, at: 5)
        PaddedDigits.write2(date.day, into: memory, at: 8)
        let (second, millisecond) = date.millisecondOfDay.quotientAndRemainder(dividingBy: 1000)
        PaddedDigits.write2(second / 3600, into: memory, at: 11)
        PaddedDigits.write2(second / 60 % 60, into: memory, at: 14)
        PaddedDigits.write2(second % 60, into: memory, at: 17)
        PaddedDigits.write2(millisecond / 10, into: memory, at: 20)
        memory.storeBytes(of: UInt8(millisecond % 10 + 48), toByteOffset: 22, as: UInt8.self)
    }

    package static func string(epochMs: Int64) -> String {
        String(unsafeUninitializedCapacity: length) { buffer in
            write(epochMs: epochMs, into: UnsafeMutableRawPointer(buffer.baseAddress!))
            return length
        }
    }

    /// Milliseconds since the epoch, or nil when the text is no RFC 3339 time. Digits past the millisecond are cut
    /// off, a leap second is refused: the epoch has none.
    package static func epochMs(parsing text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard 20...35 ~= bytes.count else { return nil }
        guard bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = digits(bytes[0..<4]), let month = digits(bytes[5..<7]),
            let day = digits(bytes[8..<10]),
            let days = CivilDate.days(year: year, month: month, day: day),
            let hour = digits(bytes[11..<13]), hour < 24, let minute = digits(bytes[14..<16]), minute < 60,
            let second = digits(bytes[17..<19]), second < 60
        else { return nil }

        var rest = bytes[19...]
        var millisecond = 0
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { 48...57 ~= $0 }
            guard 1...9 ~= fraction.count, let value = digits((fraction + [48, 48]).prefix(3)) else {
                return nil
            }
            millisecond = value
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard let offsetMinutes = offsetMinutes(rest) else { return nil }
        let minutes = Int64(hour * 60 + minute - offsetMinutes)
        return days * CivilDate.msPerDay + (minutes * 60 + Int64(second)) * 1000 + Int64(millisecond)
    }

    private static func offsetMinutes(_ zone: ArraySlice<UInt8>) -> Int? {
        let zone = Array(zone)
        if zone.count == 1 { return zone[0] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
        guard zone.count == 6, zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"),
            zone[3] == UInt8(ascii: ":"), let hours = digits(zone[1..<3]), hours < 24,
            let minutes = digits(zone[4..<6]), minutes < 60
        else { return nil }
        let offset = hours * 60 + minutes
        return zone[0] == UInt8(ascii: "-") ? -offset : offset
    }

    private static func digits(_ bytes: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in bytes {
            guard 48...57 ~= byte else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }
}

extension JSONWriter {
    /// A member that is an instant.
    package mutating func member(_ name: StaticString, timestampMs: Int64) {
        member(name, asciiCapacity: Timestamp.length) { memory in
            Timestamp.write(epochMs: timestampMs, into: memory)
            return Timestamp.length
        }
    }
}
