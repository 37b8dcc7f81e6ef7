/// Where one header field stands in the bytes of its request.
package struct HeaderSlot: Equatable, Sendable {
    var nameStart: UInt16 = 0
    var nameLength: UInt16 = 0
    var valueStart: UInt16 = 0
    var valueLength: UInt16 = 0
}

/// What a parser has found out about a request, as offsets into the bytes it was fed.
package struct RequestHead {
    /// `.other` as long as no request line was read.
    package internal(set) var method = Method.other
    package internal(set) var minorVersion: UInt8 = 1
    /// The path, without query; empty for `*` and for the target of a CONNECT, which have none.
    package internal(set) var path = 0..<0
    /// What follows the `?`, or nil when there is none.
    package internal(set) var query: Range<Int>?
    package internal(set) var headerCount = 0
    package internal(set) var isChunked = false
    package internal(set) var expectsContinue = false
    /// What RFC 9112 section 9.3 says about the connection after this request.
    package internal(set) var keepsAlive = true
    package internal(set) var bodyStart = 0
    package internal(set) var bodyLength = 0
    var contentLength: Int?
    var hostCount = 0
    var transferCodingCount = 0
    var slots = InlineArray<128, HeaderSlot>(repeating: HeaderSlot())

    /// The slots keep what an earlier request left: only `headerCount` of them mean anything.
    mutating func reset() {
        method = .other
        minorVersion = 1
        path = 0..<0
        query = nil
        headerCount = 0
        isChunked = false
        expectsContinue = false
        keepsAlive = true
        bodyStart = 0
        bodyLength = 0
        contentLength = nil
        hostCount = 0
        transferCodingCount = 0
    }

    /// The value of a field, or nil. `name` is lower case. Of a field that was sent twice, the first.
    package func firstValue(of name: StaticString, in base: UnsafeRawPointer) -> UnsafeRawBufferPointer? {
        for index in 0..<headerCount where isNamed(slots[index], name, base) {
            return value(slots[index], base)
        }
        return nil
    }

    package func count(of name: StaticString, in base: UnsafeRawPointer) -> Int {
        var count = 0
        for index in 0..<headerCount where isNamed(slots[index], name, base) { count += 1 }
        return count
    }

    package func header(
        at index: Int, in base: UnsafeRawPointer
    ) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        precondition(index < headerCount)
        let slot = slots[index]
        let name = UnsafeRawBufferPointer(start: base + Int(slot.nameStart), count: Int(slot.nameLength))
        return (name, value(slot, base))
    }

    private func value(_ slot: HeaderSlot, _ base: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + Int(slot.valueStart), count: Int(slot.valueLength))
    }

    @inline(__always)
    private func isNamed(_ slot: HeaderSlot, _ name: StaticString, _ base: UnsafeRawPointer) -> Bool {
        Int(slot.nameLength) == name.utf8CodeUnitCount
            && ASCII.equalsIgnoringCase(base + Int(slot.nameStart), name)
    }
}
