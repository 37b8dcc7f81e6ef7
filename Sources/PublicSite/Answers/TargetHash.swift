/// A fast hash over a target's bytes. A path with its query hashes like the same bytes in one piece.
enum TargetHash {
    private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

    static func of(
        _ path: UnsafeRawBufferPointer, _ query: UnsafeRawBufferPointer?, seed: UInt64
    ) -> UInt64 {
        var hash = seed
        for byte in path { mix(&hash, byte) }
        guard let query else { return finished(hash) }
        mix(&hash, UInt8(ascii: "?"))
        for byte in query { mix(&hash, byte) }
        return finished(hash)
    }

    @inline(__always)
    private static func mix(_ hash: inout UInt64, _ byte: UInt8) {
        hash = (hash ^ UInt64(byte)) &* multiplier
        hash ^= hash >> 29
    }

    private static func finished(_ hash: UInt64) -> UInt64 { (hash ^ (hash >> 32)) &* multiplier >> 16 }
}
