/// What RFC 8259 section 7 asks of a string on its way out.
enum JSONEscaping {
    /// How many bytes from the start can be copied as they are.
    static func plainPrefix(of text: UnsafeRawBufferPointer) -> Int {
        var index = 0
        while index + 8 <= text.count {
            let word = text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard !WordScan.hasControlQuoteOrBackslash(word) else { break }
            index += 8
        }
        while index < text.count, !needsEscape(text[index]) { index += 1 }
        return index
    }

    static func escapedCount(of text: UnsafeRawBufferPointer) -> Int {
        var count = text.count
        for byte in text where needsEscape(byte) { count += shortEscape(byte) == nil ? 5 : 1 }
        return count
    }

    /// Writes `escapedCount(of:)` bytes.
    static func write(_ text: UnsafeRawBufferPointer, into memory: UnsafeMutableRawPointer) -> Int {
        var count = 0
        func put(_ byte: UInt8) {
            memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
            count += 1
        }
        for byte in text {
            guard needsEscape(byte) else {
                put(byte)
                continue
            }
            put(UInt8(ascii: "\\"))
            if let letter = shortEscape(byte) {
                put(letter)
            } else {
                put(UInt8(ascii: "u"))
                put(UInt8(ascii: "0"))
                put(UInt8(ascii: "0"))
                put(hexDigit(byte >> 4))
                put(hexDigit(byte & 15))
            }
        }
        return count
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func shortEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? nibble + UInt8(ascii: "0") : nibble - 10 + UInt8(ascii: "a")
    }
}
