import Glibc
import Ticketing

/// An entry as the server holds it: four bytes that say what it is, version, time of making, and the bytes.
///
/// Both numbers are big-endian and so made that a later entry has the larger head, byte by byte: the server
/// compares them without knowing what they mean.
enum EntryRecord {
    static let headLength = 20
    private static let mark: [UInt8] = Array("TKT1".utf8)
    private static let signBit: UInt64 = 1 << 63

    static func head(_ entry: CacheEntry) -> [UInt8] {
        var head = mark
        head.reserveCapacity(headLength)
        append(entry.version, to: &head)
        append(UInt64(bitPattern: entry.madeAt.msSinceEpoch) ^ signBit, to: &head)
        return head
    }

    /// The entry of an answer to GETRANGE; nil when there is none, which the server says with an empty string.
    static func entry(_ reply: RESPReply, maxBytes: Int) throws(RedisError) -> CacheEntry? {
        guard reply.kind == .bulk else { throw .unexpected(reply, insteadOf: "a string") }
        let bytes = reply.bytes
        if bytes.isEmpty { return nil }
        guard bytes.count >= headLength, memcmp(bytes.baseAddress!, mark, mark.count) == 0 else {
            throw RedisError(.foreignValue, "a value is none that this system has stored")
        }
        guard bytes.count <= headLength + maxBytes else {
            throw RedisError(.foreignValue, "a value is larger than this system stores them")
        }
        let madeAt = Int64(bitPattern: number(bytes, at: 12) ^ signBit)
        guard Timestamp(msSinceEpoch: madeAt).msSinceEpoch == madeAt else {
            throw RedisError(.foreignValue, "a value was made at no time of this world")
        }
        return CacheEntry(
            bytes: Array(UnsafeRawBufferPointer(rebasing: bytes[headLength...])),
            version: number(bytes, at: 4),
            madeAt: Timestamp(msSinceEpoch: madeAt))
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

extension RedisError {
    static func unexpected(_ reply: RESPReply, insteadOf wanted: StaticString) -> RedisError {
        RedisError(.badAnswer, "the server answered with \(reply.kind) where it should with \(wanted)")
    }
}
