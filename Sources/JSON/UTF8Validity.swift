/// UTF-8 as the Unicode standard defines it (table 3-7): no overlong form, no surrogate, nothing past U+10FFFF.
enum UTF8Validity {
    static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < text.count {
            if index + 8 <= text.count,
                !WordScan.hasNonASCII(text.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            {
                index += 8
                continue
            }
            let length = sequenceLength(text, at: index)
            guard length > 0 else { return false }
            index += length
        }
        return true
    }

    /// The length of the well-formed sequence that starts here, or 0 when none does.
    static func sequenceLength(_ text: UnsafeRawBufferPointer, at index: Int) -> Int {
        let first = text[index]
        if first < 0x80 { return 1 }
        let length: Int
        // Only the second byte has a narrower range than 80...BF, and it depends on the first.
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard index + length <= text.count, second.contains(text[index + 1]) else { return 0 }
        for offset in 2..<max(length, 2) where text[index + offset] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
