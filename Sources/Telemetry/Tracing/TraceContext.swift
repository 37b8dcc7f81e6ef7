/// A W3C `traceparent`: which trace a request belongs to and which span asked for it.
package struct TraceContext: Equatable, Sendable {
    /// The length of a `traceparent` of version 00, the only one this writes.
    package static let length = 55
    package static let traceIDLength = 32

    let traceIDHigh: UInt64
    let traceIDLow: UInt64
    let spanID: UInt64
    /// Whether the caller recorded its part of the trace.
    package let isSampled: Bool

    /// Reads a header's value. Nil for anything the standard calls invalid: then the caller has no trace.
    package init?(parsing bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.length, let version = LowerHex.read(bytes, at: 0, digits: 2),
            version != 0xFF
        else {
            return nil
        }
        // A later version may append fields after another dash; version 00 has exactly these.
        guard bytes.count == Self.length || (version > 0 && bytes[55] == UInt8(ascii: "-")) else {
            return nil
        }
        guard bytes[2] == UInt8(ascii: "-"), bytes[35] == UInt8(ascii: "-"), bytes[52] == UInt8(ascii: "-"),
            let high = LowerHex.read(bytes, at: 3, digits: 16),
            let low = LowerHex.read(bytes, at: 19, digits: 16),
            let span = LowerHex.read(bytes, at: 36, digits: 16),
            let flags = LowerHex.read(bytes, at: 53, digits: 2)
        else { return nil }
        guard high | low != 0, span != 0 else { return nil }
        self.init(high: high, low: low, span: span, isSampled: flags & 1 == 1)
    }

    init(high: UInt64, low: UInt64, span: UInt64, isSampled: Bool) {
        traceIDHigh = high
        traceIDLow = low
        spanID = span
        self.isSampled = isSampled
    }

    /// Writes `length` bytes.
    package func write(into memory: UnsafeMutableRawPointer) {
        let template: StaticString = "00-00000000000000000000000000000000-0000000000000000-00"
        memory.copyMemory(from: template.utf8Start, byteCount: Self.length)
        writeTraceID(into: memory + 3)
        LowerHex.write(spanID, into: memory + 36)
        if isSampled { memory.storeBytes(of: UInt8(ascii: "1"), toByteOffset: 54, as: UInt8.self) }
    }

    /// Writes `traceIDLength` bytes.
    package func writeTraceID(into memory: UnsafeMutableRawPointer) {
        LowerHex.write(traceIDHigh, into: memory)
        LowerHex.write(traceIDLow, into: memory + 16)
    }
}

/// Hexadecimal as the trace standard wants it: lower case only.
enum LowerHex {
    static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int, digits: Int) -> UInt64? {
        var value: UInt64 = 0
        for index in offset..<offset + digits {
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(bytes[index] - 48)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(bytes[index] - 87)
            default: return nil
            }
        }
        return value
    }

    /// Writes 16 digits.
    static func write(_ value: UInt64, into memory: UnsafeMutableRawPointer) {
        for index in 0..<16 {
            let nibble = UInt8(truncatingIfNeeded: value >> UInt64(60 - index * 4)) & 15
            memory.storeBytes(
                of: nibble < 10 ? nibble + 48 : nibble + 87, toByteOffset: index, as: UInt8.self)
        }
    }
}
