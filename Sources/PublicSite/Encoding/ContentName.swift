import Cryptography

/// A short name for bytes, made from their SHA-256: the same bytes have the same name in every process.
enum ContentName {
    /// 80 bits: two of a million bodies share a name once in 10^12 times.
    private static let keptBytes = 10

    static func short(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        return short(hash.digest(bytes))
    }

    /// In digits, for a place among numbers: a difference of two states packs better when its versions use no other
    /// characters. 64 bits tell the few versions apart that anybody still knows.
    static func digits(_ digest: Digest256) -> String {
        digest.withBytes { String($0.loadUnaligned(as: UInt64.self)) }
    }

    static func short(_ digest: Digest256) -> String {
        digest.withBytes { Base32.encode(UnsafeRawBufferPointer(rebasing: $0[..<keptBytes])) }
    }
}
