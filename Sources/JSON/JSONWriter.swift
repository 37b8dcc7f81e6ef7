/// Writes one JSON document after another into bytes that it owns and keeps between documents.
///
/// Commas are its business, not the caller's. Every value costs one capacity check and one copy: an answer with
/// thousands of seats is written at the speed of its bytes.
package struct JSONWriter {
    /// The document so far, as UTF-8.
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    package init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Forgets the document and keeps the memory, so that the next one of this size allocates nothing.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// Hands the document over and starts again with nothing.
    package mutating func take() -> [UInt8] {
        let document = bytes
        bytes = []
        needsComma = false
        return document
    }

    /// Adds bytes outside the document, for example the line feed that ends a log line.
    package mutating func appendRaw(_ byte: UInt8) {
        bytes.append(byte)
    }

    // MARK: Nesting

    /// An object as the document itself or as an element of an array.
    package mutating func object<Failure: Error>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "{"))
        try members(&self)
        close(UInt8(ascii: "}"))
    }

    /// An array as the document itself or as an element of an array.
    package mutating func array<Failure: Error>(
        _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "["))
        try elements(&self)
        close(UInt8(ascii: "]"))
    }

    /// An object as a member.
    package mutating func object<Failure: Error>(
        _ name: StaticString, _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        write(name, valueCapacity: 0) { _ in 0 }
        needsComma = false
        try object(members)
    }

    /// An array as a member.
    package mutating func array<Failure: Error>(
        _ name: StaticString, _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        write(name, valueCapacity: 0) { _ in 0 }
        needsComma = false
        try array(elements)
    }

    private mutating func open(_ bracket: UInt8) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    // MARK: What every value goes through

    /// Writes the comma, the name when there is one, and what `fill` writes: at most `valueCapacity` bytes, whose
    /// number it returns.
    @inline(__always)
    mutating func write(
        _ name: StaticString?, valueCapacity: Int, _ fill: (UnsafeMutableRawPointer) -> Int
    ) {
        let nameCount = name?.utf8CodeUnitCount ?? 0
        let comma = needsComma
        bytes.append(addingCapacity: nameCount + 4 + valueCapacity) { span in
            span.withUnsafeMutableBufferPointer { buffer, count in
                // The capacity is at least 4, so there is an address.
                let start = UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped)
                var cursor = start
                if comma {
                    cursor.storeBytes(of: UInt8(ascii: ","), as: UInt8.self)
                    cursor += 1
                }
                if let name {
                    cursor.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
                    name.withUTF8Buffer {
                        (cursor + 1).copyMemory(from: $0.baseAddress!, byteCount: nameCount)
                    }
                    cursor += nameCount + 1
                    cursor.storeBytes(of: 0x3A22, as: UInt16.self)  // `":` on a little-endian machine
                    cursor += 2
                }
                cursor += fill(cursor)
                count = cursor - start
            }
        }
        needsComma = true
    }

    /// A name that is only known at run time; its value is what is written next.
    package mutating func name(_ name: String) {
        write(nil, name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }
}
