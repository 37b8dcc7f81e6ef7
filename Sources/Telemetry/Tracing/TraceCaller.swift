/// What a caller says about the trace that its request belongs to.
package struct TraceCaller: Equatable, Sendable {
    let traceIDHigh: UInt64
    let traceIDLow: UInt64
    /// Zero when the trace has no span yet: a load balancer names the trace only.
    let parentSpanID: UInt64
    /// Whether the caller records its part; nil when it leaves that to whoever comes next.
    package let isSampled: Bool?

    package init(_ context: TraceContext) {
        traceIDHigh = context.traceIDHigh
        traceIDLow = context.traceIDLow
        parentSpanID = context.spanID
        isSampled = context.isSampled
    }

    /// Reads an `X-Amzn-Trace-Id`: `Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1`.
    /// Nil when it names no trace. Fields that are not known are passed over, as the balancer adds its own.
    package init?(amazonHeader bytes: UnsafeRawBufferPointer) {
        // The longest that AWS writes is far shorter; nothing else is worth reading.
        guard bytes.count <= 512 else { return nil }
        var root: (high: UInt64, low: UInt64)?
        var parent: UInt64 = 0
        var isSampled: Bool?
        for field in bytes.split(separator: UInt8(ascii: ";")) {
            let field = UnsafeRawBufferPointer(rebasing: field.drop { $0 == UInt8(ascii: " ") })
            if let value = Self.value(of: "Root=", in: field) {
                root = Self.root(value)
            } else if let value = Self.value(of: "Parent=", in: field), value.count == 16 {
                parent = LowerHex.read(value, at: 0, digits: 16) ?? 0
            } else if let value = Self.value(of: "Sampled=", in: field), value.count == 1 {
                // A question mark asks to be told what was decided: it is no decision.
                isSampled = value[0] == UInt8(ascii: "1") ? true : value[0] == UInt8(ascii: "0") ? false : nil
            }
        }
        guard let root, root.high | root.low != 0 else { return nil }
        traceIDHigh = root.high
        traceIDLow = root.low
        parentSpanID = parent
        self.isSampled = isSampled
    }

    private static func value(
        of name: StaticString, in field: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        let count = name.utf8CodeUnitCount
        guard field.count > count,
            field.prefix(count).elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: count))
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: field[count...])
    }

    /// `1-`, eight digits, a dash, 24 digits.
    private static func root(_ value: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64)? {
        guard value.count == 35, value[0] == UInt8(ascii: "1"), value[1] == UInt8(ascii: "-"),
            value[10] == UInt8(ascii: "-"), let time = LowerHex.read(value, at: 2, digits: 8),
            let middle = LowerHex.read(value, at: 11, digits: 8),
            let low = LowerHex.read(value, at: 19, digits: 16)
        else { return nil }
        return (time << 32 | middle, low)
    }
}
