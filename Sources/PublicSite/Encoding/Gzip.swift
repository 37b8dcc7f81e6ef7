import CZlib

/// A body as one gzip member (RFC 1952).
enum Gzip {
    /// Up to this, level 9 costs a few microseconds; past it, a millisecond and more for a few bytes in a
    /// thousand.
    private static let bestBytes = 8 * 1_024

    /// Nil when zlib fails, which it only does without memory.
    static func compressed(_ body: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        // 16 above the window's 15 bits asks for gzip's own head and trailer.
        let began = deflateInit2_(
            &stream, body.count <= bestBytes ? 9 : 6, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard began == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let capacity = Int(deflateBound(&stream, UInt(body.count)))
        var ended = Z_OK
        let packed = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            body.withUnsafeBufferPointer { input in
                // zlib never writes through next_in; its type has no const for old callers' sake.
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(capacity)
                ended = deflate(&stream, Z_FINISH)
            }
            count = Int(stream.total_out)
        }
        return ended == Z_STREAM_END ? packed : nil
    }
}
