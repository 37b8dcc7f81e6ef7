/// Names one request in answers and logs: 20 lower-case base32 characters.
package struct RequestID: Hashable, Sendable, CustomStringConvertible {
    package static let length = 20

    /// 50 bits that tell one source from all others, then 50 bits that count.
    let source: UInt64
    let number: UInt64

    /// Writes `length` bytes.
    package func write(into memory: UnsafeMutableRawPointer) {
        Self.writeTen(source, into: memory)
        Self.writeTen(number, into: memory + 10)
    }

    package var description: String {
        String(unsafeUninitializedCapacity: Self.length) { buffer in
            write(into: UnsafeMutableRawPointer(buffer.baseAddress!))
            return Self.length
        }
    }

    /// The low 50 bits as ten characters of RFC 4648's base32 alphabet in lower case.
    @inline(__always)
    private static func writeTen(_ bits: UInt64, into memory: UnsafeMutableRawPointer) {
        for index in 0..<10 {
            let digit = UInt8(truncatingIfNeeded: bits >> UInt64(45 - index * 5)) & 31
            // a…z, then 2…7.
            let character = digit < 26 ? digit + 97 : digit + 24
            memory.storeBytes(of: character, toByteOffset: index, as: UInt8.self)
        }
    }
}

/// Gives one loop its request ids without I/O and without asking another loop.
///
/// It cannot be copied: two copies would give the same ids.
package struct RequestIDSource: ~Copyable {
    private let source: UInt64
    private var number: UInt64 = 0

    /// `random` tells this source from those of other loops, processes and days.
    package init(random: UInt64) { source = random & (1 << 50 - 1) }

    package mutating func next() -> RequestID {
        number &+= 1
        return RequestID(source: source, number: number)
    }

    /// Writes the next id's 20 bytes.
    package mutating func next(into memory: UnsafeMutableRawPointer) {
        next().write(into: memory)
    }
}
