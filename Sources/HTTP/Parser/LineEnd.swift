import Glibc

/// Where a line of a head, of a trailer or before a chunk ends; both parsers read them so.
enum LineEnd {
    /// So many bytes, and CR LF behind them.
    case found(Int)
    case notYet
    case tooLong
    case withoutCarriageReturn

    /// Looks from `scanned` on for the end of the line that begins at `position`. With its CR LF it may be at most
    /// `allowed` bytes long.
    @inline(__always)
    static func find(
        in base: UnsafeMutableRawPointer, from position: Int, scanned: Int, count: Int, allowed: Int
    ) -> LineEnd {
        let from = max(scanned, position)
        guard let found = memchr(base + from, 0x0a, count - from) else {
            return count - position >= allowed ? .tooLong : .notYet
        }
        let length = UnsafeRawPointer(found) - UnsafeRawPointer(base + position)
        guard length < allowed else { return .tooLong }
        guard length > 0, base.load(fromByteOffset: position + length - 1, as: UInt8.self) == 0x0d else {
            return .withoutCarriageReturn
        }
        return .found(length - 1)
    }
}

/// The CR LF behind a chunk's bytes.
enum ChunkEnd {
    case found
    case notYet
    case missing

    @inline(__always)
    static func look(in base: UnsafeMutableRawPointer, at position: Int, count: Int) -> ChunkEnd {
        guard count > position else { return .notYet }
        guard base.load(fromByteOffset: position, as: UInt8.self) == 0x0d else { return .missing }
        guard count > position + 1 else { return .notYet }
        return base.load(fromByteOffset: position + 1, as: UInt8.self) == 0x0a ? .found : .missing
    }
}
