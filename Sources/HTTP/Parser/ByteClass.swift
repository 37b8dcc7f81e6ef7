/// Which bytes may stand where, after RFC 9110 and RFC 3986, as bit masks: a look-up is a shift.
enum ByteClass {
    private static func contains(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
        guard byte < 128 else { return false }
        return ((byte < 64 ? low : high) >> UInt64(byte & 63)) & 1 == 1
    }

    /// ALPHA / DIGIT / one of !#$%&'*+-.^_`|~
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        contains(byte, 0x03ff_6cfa_0000_0000, 0x57ff_ffff_c7ff_fffe)
    }

    /// What a request target may hold: unreserved, sub-delims, and : @ / ? %
    @inline(__always)
    static func isTarget(_ byte: UInt8) -> Bool {
        contains(byte, 0xafff_fff2_0000_0000, 0x47ff_fffe_87ff_ffff)
    }

    /// What the name of a host may hold: unreserved, sub-delims without the comma, and %
    @inline(__always)
    static func isRegisteredName(_ byte: UInt8) -> Bool {
        contains(byte, 0x2bff_6ff2_0000_0000, 0x47ff_fffe_87ff_fffe)
    }

    /// Two hexadecimal digits follow the `%` at this place.
    static func isPercentEncoded(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Bool {
        index + 2 < bytes.count && hexValue(bytes[index + 1]) != nil && hexValue(bytes[index + 2]) != nil
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        let digit = byte &- 0x30
        if digit < 10 { return digit }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }

    /// True when every byte may stand in a field value: visible, blank, tab, or above ASCII. Without an early
    /// exit, so that the compiler looks at sixteen bytes at a time.
    static func isFieldValue(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var isBad = false
        for byte in bytes { isBad = isBad || (byte < 0x20 && byte != 0x09) || byte == 0x7f }
        return !isBad
    }
}
