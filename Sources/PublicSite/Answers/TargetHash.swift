/// A fast hash over a target's bytes, eight at a time: path first, then the query, each with its length.
enum TargetHash {
    private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

    static func of(
        _ path: UnsafeRawBufferPointer, _ query: UnsafeRawBufferPointer?, seed: UInt64
    ) -> UInt64 {
        var hash = seed
        mix(&hash, path)
        if let query { mix(&hash, query) }
        return (hash ^ (hash >> 32)) &* multiplier >> 16
    }

    @inline(__always)
    private static func mix(_ hash: inout UInt64, _ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 8 <= bytes.count {
            mix(&hash, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest = UInt64(bytes.count)
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        mix(&hash, rest)
    }

    @inline(__always)
    private static func mix(_ hash: inout UInt64, _ word: UInt64) {
        hash = (hash ^ word) &* multiplier
        hash ^= hash >> 29
    }
}
