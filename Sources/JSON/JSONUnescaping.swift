/// Decodes the escapes of a string that the scanner has already found to be well formed.
enum JSONUnescaping {
    static func decoded(_ raw: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            guard raw[index] == UInt8(ascii: "\\") else {
                bytes.append(raw[index])
                index += 1
                continue
            }
            let letter = raw[index + 1]
            guard letter == UInt8(ascii: "u") else {
                bytes.append(unescaped(letter))
                index += 2
                continue
            }
            var scalar = UInt32(codeUnit(raw, at: index + 2) ?? 0)
            index += 6
            if isLeadSurrogate(scalar) {
                let trail = UInt32(codeUnit(raw, at: index + 2) ?? 0)
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (trail - 0xDC00)
                index += 6
            }
            append(scalar, to: &bytes)
        }
        return bytes
    }

    /// The four hexadecimal digits at `index`, or nil when they are not all there.
    static func codeUnit(_ raw: UnsafeRawBufferPointer, at index: Int) -> UInt16? {
        guard index + 4 <= raw.count else { return nil }
        var value: UInt16 = 0
        for byte in raw[index..<index + 4] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    static func isLeadSurrogate(_ unit: UInt32) -> Bool { 0xD800...0xDBFF ~= unit }
    static func isTrailSurrogate(_ unit: UInt32) -> Bool { 0xDC00...0xDFFF ~= unit }

    private static func unescaped(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    private static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        func put(_ value: UInt32) { bytes.append(UInt8(truncatingIfNeeded: value)) }
        switch scalar {
        case ..<0x80: put(scalar)
        case ..<0x800:
            put(0xC0 | scalar >> 6)
            put(0x80 | scalar & 63)
        case ..<0x10000:
            put(0xE0 | scalar >> 12)
            put(0x80 | scalar >> 6 & 63)
            put(0x80 | scalar & 63)
        default:
            put(0xF0 | scalar >> 18)
            put(0x80 | scalar >> 12 & 63)
            put(0x80 | scalar >> 6 & 63)
            put(0x80 | scalar & 63)
        }
    }
}
