import CBrotli

/// A body as a Brotli stream (RFC 7932).
enum Brotli {
    /// Each step trades time for size: a few hundred bytes may take the best there is, a map of megabytes may
    /// not take seconds.
    private static func quality(_ byteCount: Int) -> Int32 {
        switch byteCount {
        case ...4_096: 11
        case ...262_144: 9
        default: 5
        }
    }

    /// Nil when the encoder fails, which it only does without memory.
    static func compressed(_ body: [UInt8]) -> [UInt8]? {
        let capacity = BrotliEncoderMaxCompressedSize(body.count)
        var isDone = false
        let packed = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            var size = capacity
            isDone =
                BrotliEncoderCompress(
                    quality(body.count), BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, body.count, body,
                    &size, output.baseAddress) != 0
            count = isDone ? size : 0
        }
        return isDone ? packed : nil
    }
}
