/// Comparisons of protocol words, which are ASCII and mostly ignore case.
enum ASCII {
    /// `expected` is lower case and the bytes are as many as it has.
    @inline(__always)
    static func equalsIgnoringCase(_ bytes: UnsafeRawPointer, _ expected: StaticString) -> Bool {
        let wanted = expected.utf8Start
        for index in 0..<expected.utf8CodeUnitCount {
            let byte = bytes.load(fromByteOffset: index, as: UInt8.self)
            let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if lower != wanted[index] { return false }
        }
        return true
    }

    static func equalsIgnoringCase(_ bytes: UnsafeRawBufferPointer, _ expected: StaticString) -> Bool {
        bytes.count == expected.utf8CodeUnitCount && equalsIgnoringCase(bytes.baseAddress!, expected)
    }

    /// Without the blanks and tabs on both sides.
    static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var start = 0
        var end = bytes.count
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }

    /// Calls the body with each trimmed element of a comma-separated list until it answers false.
    static func forEachElement(of list: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Bool) {
        var start = 0
        for index in 0...list.count where index == list.count || list[index] == UInt8(ascii: ",") {
            guard body(trimmed(UnsafeRawBufferPointer(rebasing: list[start..<index]))) else { return }
            start = index + 1
        }
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
