/// Members of an object. Names are literals of the program and need no escaping; `name(_:)` takes any other.
extension JSONWriter {
    package mutating func member(_ name: StaticString, _ value: String) { write(name, value) }

    /// The text, or `null` when there is none.
    package mutating func member(_ name: StaticString, _ value: String?) {
        guard let value else { return null(name) }
        write(name, value)
    }

    package mutating func member(_ name: StaticString, _ value: StaticString) {
        value.withUTF8Buffer { write(name, text: UnsafeRawBufferPointer($0)) }
    }

    package mutating func member(_ name: StaticString, _ value: Int) { write(name, Int64(value)) }
    package mutating func member(_ name: StaticString, _ value: Int64) { write(name, value) }
    package mutating func member(_ name: StaticString, _ value: UInt64) { write(name, value) }
    package mutating func member(_ name: StaticString, _ value: Bool) { write(name, value) }
    package mutating func member(_ name: StaticString, _ value: Double) { write(name, value) }
    package mutating func null(_ name: StaticString) { writeNull(name) }

    /// A string value given as bytes; what is not UTF-8 in it becomes U+FFFD.
    package mutating func member(_ name: StaticString, text: UnsafeRawBufferPointer) {
        write(name, untrusted: text)
    }

    /// A string value of at most `capacity` bytes that `fill` writes; they must need no escaping.
    package mutating func member(
        _ name: StaticString, asciiCapacity capacity: Int, _ fill: (UnsafeMutableRawPointer) -> Int
    ) {
        write(name, asciiCapacity: capacity, fill)
    }

    /// A string value that is the Base64 of the bytes.
    package mutating func member(_ name: StaticString, base64 value: UnsafeRawBufferPointer) {
        write(name, base64: value)
    }

    /// A value that is JSON already.
    package mutating func member(_ name: StaticString, raw value: [UInt8]) {
        value.withUnsafeBytes { write(name, raw: $0) }
    }

    /// A value that is JSON already.
    package mutating func member(_ name: StaticString, raw value: UnsafeRawBufferPointer) {
        write(name, raw: value)
    }
}
