/// Elements of an array, values after `name(_:)`, and documents that are one bare value.
extension JSONWriter {
    package mutating func element(_ value: String) { write(nil, value) }
    package mutating func element(_ value: Int) { write(nil, Int64(value)) }
    package mutating func element(_ value: Int64) { write(nil, value) }
    package mutating func element(_ value: UInt64) { write(nil, value) }
    package mutating func element(_ value: Bool) { write(nil, value) }
    package mutating func element(_ value: Double) { write(nil, value) }
    package mutating func null() { writeNull(nil) }

    /// A string given as bytes; what is not UTF-8 in it becomes U+FFFD.
    package mutating func element(text: UnsafeRawBufferPointer) { write(nil, untrusted: text) }

    /// A value that is JSON already.
    package mutating func element(raw value: [UInt8]) {
        value.withUnsafeBytes { write(nil, raw: $0) }
    }

    /// A value that is JSON already.
    package mutating func element(raw value: UnsafeRawBufferPointer) { write(nil, raw: value) }
}
