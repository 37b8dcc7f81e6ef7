import CBrotli

/// A body as a Brotli stream (RFC 7932).
enum Brotli {
    /// Measured: 5 takes 0.05 ms for the 4 KB of a difference, where 10 saves 15 to 20 % and takes 2 ms; for
    /// 20 KB of states, which are close to random, 4 is smaller than 5 and takes a third of the time; for the
    /// megabytes of a map 5 halves what 4 leaves.
    private static func quality(_ byteCount: Int) -> Int32 {
        (16_384..<262_144).contains(byteCount) ? 4 : 5
    }

    /// Up to here a body is tried again at quality 10, where that may bring it to about a kilobyte: the difference
    /// after a second of a busy sale. It takes 2 ms, in the workshop, once a version.
    private static let carefulBytes = Workshop.smallestBrotliBytes..<16_384
    private static let carefulResult = 900..<2_048
    private static let carefulQuality: Int32 = 10

    /// Nil when the encoder fails, which it only does without memory.
    static func compressed(_ body: [UInt8]) -> [UInt8]? {
        guard let packed = compressed(body, quality: quality(body.count)) else { return nil }
        guard carefulBytes.contains(body.count), carefulResult.contains(packed.count),
            let smaller = compressed(body, quality: carefulQuality), smaller.count < packed.count
        else { return packed }
        return smaller
    }

    private static func compressed(_ body: [UInt8], quality: Int32) -> [UInt8]? {
        let capacity = BrotliEncoderMaxCompressedSize(body.count)
        var isDone = false
        let packed = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            var size = capacity
            isDone =
                BrotliEncoderCompress(
                    quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, body.count, body,
                    &size, output.baseAddress) != 0
            count = isDone ? size : 0
        }
        return isDone ? packed : nil
    }
}
