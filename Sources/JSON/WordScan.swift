/// Questions about eight bytes at once. A yes may be wrong (the caller then looks byte by byte), a no never is.
enum WordScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Whether a byte below 0x20, a quote or a backslash is among them.
    @inline(__always)
    static func hasControlQuoteOrBackslash(_ word: UInt64) -> Bool {
        let control = (word &- 0x2020_2020_2020_2020) & ~word
        return (control | zeroByte(word ^ (ones &* 0x22)) | zeroByte(word ^ (ones &* 0x5C))) & highBits != 0
    }

    /// Whether a byte outside ASCII is among them.
    @inline(__always)
    static func hasNonASCII(_ word: UInt64) -> Bool { word & highBits != 0 }

    /// The high bit of each byte that is zero; a borrow may set it for the byte above a zero byte too.
    @inline(__always)
    private static func zeroByte(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
}
