/// Base32 in lower case without padding: ids that can be read aloud and stand in a URL (RFC 4648 section 6).
package enum Base32 {
    private static let alphabet: StaticString = "abcdefghijklmnopqrstuvwxyz234567"

    package static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        let count = (bytes.count * 8 + 4) / 5
        return String(unsafeUninitializedCapacity: count) { buffer in
            var bits: UInt32 = 0
            var bitCount: UInt32 = 0
            var output = 0
            for byte in bytes {
                bits = bits << 8 | UInt32(byte)
                bitCount += 8
                while bitCount >= 5 {
                    bitCount -= 5
                    buffer[output] = alphabet.utf8Start[Int(bits >> bitCount & 31)]
                    output += 1
                }
            }
            if bitCount > 0 {
                buffer[output] = alphabet.utf8Start[Int(bits << (5 - bitCount) & 31)]
                output += 1
            }
            return output
        }
    }

    package static func encode(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { encode($0) } }

    /// The bytes, or nil for anything that `encode` would not have written: each value has one spelling.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 5 / 8)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for character in text {
            let value: UInt8
            switch character {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a")
            case UInt8(ascii: "2")...UInt8(ascii: "7"): value = character - UInt8(ascii: "2") + 26
            default: return nil
            }
            bits = (bits << 5 | UInt32(value)) & 0xFFFF
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        // What is left must be fewer bits than a character, all of them zero.
        guard bitCount < 5, bits & (1 << bitCount - 1) == 0 else { return nil }
        return bytes
    }

    package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }
}
