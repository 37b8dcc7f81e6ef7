/// The host and port of a Host field or of a target's authority (RFC 3986 section 3.2), without user information,
/// which no request may carry.
enum HostName {
    /// `reg-name [":" port]` or `"[" IPv6 "]" [":" port]`; never empty.
    static func isValid(_ bytes: UnsafeRawBufferPointer, needsPort: Bool = false) -> Bool {
        guard let hostEnd = endOfHost(bytes), hostEnd > 0 else { return false }
        guard hostEnd < bytes.count else { return !needsPort }
        guard bytes[hostEnd] == UInt8(ascii: ":") else { return false }
        let digits = bytes.count - hostEnd - 1
        guard digits <= 5, digits > 0 || !needsPort else { return false }
        for index in (hostEnd + 1)..<bytes.count where !ByteClass.isDigit(bytes[index]) { return false }
        return true
    }

    private static func endOfHost(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.first != UInt8(ascii: "[") else { return endOfLiteral(bytes) }
        var index = 0
        while index < bytes.count, bytes[index] != UInt8(ascii: ":") {
            guard ByteClass.isRegisteredName(bytes[index]) else { return nil }
            guard bytes[index] != UInt8(ascii: "%") || ByteClass.isPercentEncoded(bytes, at: index) else {
                return nil
            }
            index += 1
        }
        return index
    }

    private static func endOfLiteral(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var index = 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "]") {
            let byte = bytes[index]
            guard ByteClass.hexValue(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
            else { return nil }
            index += 1
        }
        return index > 2 && index < bytes.count ? index + 1 : nil
    }
}
