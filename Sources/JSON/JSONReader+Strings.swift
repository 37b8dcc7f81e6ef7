/// Finds the end of a string and checks everything in it on the way; decoding can then not fail.
extension JSONReader {
    /// The string whose opening quote is the next byte.
    mutating func scanString() throws(JSONError) -> JSONText {
        advance(by: 1)
        let start = position
        var hasEscapes = false
        while true {
            skipPlainASCII()
            guard position < bytes.count else { throw unexpectedEnd() }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let raw = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
                advance(by: 1)
                return JSONText(raw: raw, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try scanEscape()
            case ..<0x20:
                throw failure(.invalidSyntax, "must not have an unescaped control character in a string")
            default:
                try scanSequence()
            }
        }
    }

    private mutating func skipPlainASCII() {
        while position + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            guard !WordScan.hasControlQuoteOrBackslash(word), !WordScan.hasNonASCII(word) else { break }
            advance(by: 8)
        }
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), ..<0x20, 0x80...: return
            default: advance(by: 1)
            }
        }
    }

    /// One character outside ASCII.
    private mutating func scanSequence() throws(JSONError) {
        let length = UTF8Validity.sequenceLength(bytes, at: position)
        guard length > 0 else { throw failure(.invalidUTF8, "must be UTF-8") }
        advance(by: length)
    }

    private mutating func scanEscape() throws(JSONError) {
        guard position + 1 < bytes.count else { throw unexpectedEnd() }
        switch bytes[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            advance(by: 2)
        case UInt8(ascii: "u"):
            try scanUnicodeEscape()
        default:
            throw failure(.invalidEscape, "must not have an escape that JSON does not know")
        }
    }

    /// `\uXXXX`, or two of them that are a surrogate pair. Half a pair is no character and is refused.
    private mutating func scanUnicodeEscape() throws(JSONError) {
        guard position + 6 <= bytes.count else { throw unexpectedEnd() }
        guard let first = JSONUnescaping.codeUnit(bytes, at: position + 2) else {
            throw failure(.invalidEscape, "must have four hexadecimal digits after \\u")
        }
        guard !JSONUnescaping.isTrailSurrogate(UInt32(first)) else {
            throw failure(.invalidEscape, "must not have half of a surrogate pair")
        }
        guard JSONUnescaping.isLeadSurrogate(UInt32(first)) else { return advance(by: 6) }
        guard position + 12 <= bytes.count else { throw unexpectedEnd() }
        guard bytes[position + 6] == UInt8(ascii: "\\"), bytes[position + 7] == UInt8(ascii: "u"),
            let second = JSONUnescaping.codeUnit(bytes, at: position + 8),
            JSONUnescaping.isTrailSurrogate(UInt32(second))
        else { throw failure(.invalidEscape, "must not have half of a surrogate pair") }
        advance(by: 12)
    }
}
