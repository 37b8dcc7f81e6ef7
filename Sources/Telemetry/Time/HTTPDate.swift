/// The date of HTTP headers (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
    package static let length = 29

    private static let weekdays: StaticString = "SunMonTueWedThuFriSat"
    private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

    /// Writes `length` bytes.
    package static func write(epochMs: Int64, into memory: UnsafeMutableRawPointer) {
        let date = CivilDate(epochMs: epochMs)
        let template: StaticString = "Sun, 00 Jan 0000 00:00:00 GMT"
        memory.copyMemory(from: template.utf8Start, byteCount: length)
        memory.copyMemory(from: weekdays.utf8Start + date.weekday * 3, byteCount: 3)
        PaddedDigits.write2(date.day, into: memory, at: 5)
        (memory + 8).copyMemory(from: months.utf8Start + (date.month - 1) * 3, byteCount: 3)
        PaddedDigits.write4(date.year, into: memory, at: 12)
        let second = date.millisecondOfDay / 1000
        PaddedDigits.write2(second / 3600, into: memory, at: 17)
        PaddedDigits.write2(second / 60 % 60, into: memory, at: 20)
        PaddedDigits.write2(second % 60, into: memory, at: 23)
    }

    package static func string(epochMs: Int64) -> String {
        String(unsafeUninitializedCapacity: length) { buffer in
            write(epochMs: epochMs, into: UnsafeMutableRawPointer(buffer.baseAddress!))
            return length
        }
    }
}
