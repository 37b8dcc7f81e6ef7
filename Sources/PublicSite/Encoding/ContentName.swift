import Cryptography

/// A short name for bytes, made from their SHA-256: the same bytes have the same name in every process.
enum ContentName {
    /// 80 bits: two of a million bodies share a name once in 10^12 times.
    private static let keptBytes = 10

    static func short(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        return short(hash.digest(bytes))
    }

    static func short(_ digest: Digest256) -> String {
        digest.withBytes { Base32.encode(UnsafeRawBufferPointer(rebasing: $0[..<keptBytes])) }
    }
}
