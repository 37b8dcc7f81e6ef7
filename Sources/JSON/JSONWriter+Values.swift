/// How each kind of value becomes bytes; `name` is nil for an element.
extension JSONWriter {
    mutating func write(_ name: StaticString?, _ value: Int64) {
        write(name, valueCapacity: 20) { cursor in
            guard value < 0 else { return DecimalDigits.write(UInt64(value), into: cursor) }
            cursor.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
            return 1 + DecimalDigits.write(value.magnitude, into: cursor + 1)
        }
    }

    mutating func write(_ name: StaticString?, _ value: UInt64) {
        write(name, valueCapacity: 20) { DecimalDigits.write(value, into: $0) }
    }

    mutating func write(_ name: StaticString?, _ value: Bool) {
        write(name, valueCapacity: 5) { cursor in
            value ? Self.copy("true", to: cursor) : Self.copy("false", to: cursor)
        }
    }

    mutating func writeNull(_ name: StaticString?) {
        write(name, valueCapacity: 4) { Self.copy("null", to: $0) }
    }

    /// The shortest digits that read back as the same number. JSON has no infinity and no NaN: they become `null`.
    mutating func write(_ name: StaticString?, _ value: Double) {
        guard value.isFinite else { return writeNull(name) }
        // Coordinates of a map have few decimals: as thousandths they are exact and need no general algorithm.
        let thousandths = (value * 1000).rounded()
        if thousandths.magnitude < 1e15, thousandths / 1000 == value, value != 0 || value.sign == .plus {
            write(name, valueCapacity: 24) { DecimalDigits.write(thousandths: Int64(thousandths), into: $0) }
            return
        }
        var digits = value.description
        digits.withUTF8 { write(name, raw: UnsafeRawBufferPointer($0)) }
    }

    mutating func write(_ name: StaticString?, _ value: String) {
        var value = value
        value.withUTF8 { write(name, text: UnsafeRawBufferPointer($0)) }
    }

    /// Text that is known to be UTF-8.
    mutating func write(_ name: StaticString?, text: UnsafeRawBufferPointer) {
        let plainCount = JSONEscaping.plainPrefix(of: text)
        guard plainCount == text.count else {
            let escapedCount = JSONEscaping.escapedCount(of: text)
            return write(name, asciiCapacity: escapedCount) { JSONEscaping.write(text, into: $0) }
        }
        write(name, asciiCapacity: plainCount) { cursor in
            if let source = text.baseAddress { cursor.copyMemory(from: source, byteCount: plainCount) }
            return plainCount
        }
    }

    mutating func write(_ name: StaticString?, untrusted text: UnsafeRawBufferPointer) {
        guard !UTF8Validity.isValid(text) else { return write(name, text: text) }
        write(name, String(decoding: text, as: UTF8.self))
    }

    mutating func write(
        _ name: StaticString?, asciiCapacity capacity: Int, _ fill: (UnsafeMutableRawPointer) -> Int
    ) {
        write(name, valueCapacity: capacity + 2) { cursor in
            cursor.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
            let count = fill(cursor + 1)
            assert(count <= capacity, "more was written than there was room for")
            cursor.storeBytes(of: UInt8(ascii: "\""), toByteOffset: count + 1, as: UInt8.self)
            return count + 2
        }
    }

    mutating func write(_ name: StaticString?, base64 value: UnsafeRawBufferPointer) {
        write(name, asciiCapacity: (value.count + 2) / 3 * 4) { Base64Text.write(value, into: $0) }
    }

    mutating func write(_ name: StaticString?, raw value: UnsafeRawBufferPointer) {
        write(name, valueCapacity: value.count) { cursor in
            if let source = value.baseAddress { cursor.copyMemory(from: source, byteCount: value.count) }
            return value.count
        }
    }

    private static func copy(_ word: StaticString, to cursor: UnsafeMutableRawPointer) -> Int {
        cursor.copyMemory(from: word.utf8Start, byteCount: word.utf8CodeUnitCount)
        return word.utf8CodeUnitCount
    }
}
