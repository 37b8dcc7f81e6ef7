/// Base64 in its two spellings (RFC 4648 sections 4 and 5).
package enum Base64: Sendable {
    /// `+`, `/` and padding.
    case standard
    /// `-`, `_` and no padding: for URLs and tokens.
    case url

    package func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { buffer in
            let letters = alphabet.utf8Start
            var output = 0
            func put(_ value: UInt32) {
                buffer[output] = letters[Int(value & 63)]
                output += 1
            }
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let count = min(3, bytes.count - start)
                var group: UInt32 = 0
                for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
                put(group >> 18)
                put(group >> 12)
                if count > 1 { put(group >> 6) }
                if count > 2 { put(group) }
                guard self == .standard else { continue }
                for _ in count..<3 {
                    buffer[output] = UInt8(ascii: "=")
                    output += 1
                }
            }
            return output
        }
    }

    package func encode(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { encode($0) } }

    /// The bytes, or nil for anything that `encode` would not have written: each value has one spelling.
    ///
    /// Over raw bytes and not over any collection: every purchase brings a token, and a generic way cost more than
    /// the rest of its request.
    package func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        var count = text.count
        if self == .standard {
            guard count.isMultiple(of: 4) else { return nil }
            for _ in 0..<2 where count > 0 && text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        }
        guard count % 4 != 1 else { return nil }
        // Of no bytes at all Swift writes the length into the one empty array that all share: harmless, but a race.
        guard count > 0 else { return [] }
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count * 3 / 4) { output, written in
            var bits: UInt32 = 0
            var bitCount: UInt32 = 0
            for index in 0..<count {
                guard let value = value(text[index]) else { return isValid = false }
                bits = (bits << 6 | UInt32(value)) & 0xFFFF
                bitCount += 6
                guard bitCount >= 8 else { continue }
                bitCount -= 8
                output[written] = UInt8(truncatingIfNeeded: bits >> bitCount)
                written += 1
            }
            isValid = bits & (1 << bitCount - 1) == 0
        }
        return isValid ? bytes : nil
    }

    package func decode(_ text: [UInt8]) -> [UInt8]? { text.withUnsafeBytes { decode($0) } }

    package func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)) }

    private var alphabet: StaticString {
        switch self {
        case .standard: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        case .url: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        }
    }

    private func value(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+") where self == .standard, UInt8(ascii: "-") where self == .url: 62
        case UInt8(ascii: "/") where self == .standard, UInt8(ascii: "_") where self == .url: 63
        default: nil
        }
    }
}
