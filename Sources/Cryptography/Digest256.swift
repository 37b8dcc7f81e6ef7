/// 32 bytes that came out of SHA-256 or HMAC-SHA-256.
package struct Digest256: Hashable, Sendable {
    package static let length = 32

    private var words: InlineArray<4, UInt64>

    /// The digest whose bytes `fill` writes.
    init(filledBy fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        words = InlineArray(repeating: 0)
        withUnsafeMutableBytes(of: &words) { fill($0.baseAddress!.assumingMemoryBound(to: UInt8.self)) }
    }

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: words, body)
    }

    package var bytes: [UInt8] { withBytes { Array($0) } }

    // For tables and tests. Whoever checks a signature compares with `ConstantTime`.
    package static func == (left: Digest256, right: Digest256) -> Bool {
        (0..<4).allSatisfy { left.words[$0] == right.words[$0] }
    }

    package func hash(into hasher: inout Hasher) {
        for index in 0..<4 { hasher.combine(words[index]) }
    }
}
