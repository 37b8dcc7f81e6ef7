/// Values one after another in bytes, each with its length in front: what the shared cache holds.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    mutating func append(_ number: UInt32) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ field: [UInt8]) {
        append(UInt32(field.count))
        bytes.append(contentsOf: field)
    }

    mutating func append(_ text: String) { append(Array(text.utf8)) }

    mutating func append(_ numbers: [UInt32]) {
        append(UInt32(numbers.count))
        for number in numbers { append(number) }
    }
}

/// Reads what a `FieldWriter` wrote. What comes from outside the process may be anything: each read says nil
/// when the bytes do not have it.
struct FieldReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number() -> UInt32? {
        guard bytes.count - position >= 4 else { return nil }
        defer { position += 4 }
        return bytes.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        }
    }

    mutating func field() -> [UInt8]? {
        guard let count = number(), bytes.count - position >= Int(count) else { return nil }
        defer { position += Int(count) }
        return Array(bytes[position..<position + Int(count)])
    }

    mutating func text() -> String? { field().flatMap { String(validating: $0, as: UTF8.self) } }

    mutating func numbers() -> [UInt32]? {
        guard let count = number(), (bytes.count - position) / 4 >= Int(count) else { return nil }
        return (0..<Int(count)).compactMap { _ in number() }
    }
}
