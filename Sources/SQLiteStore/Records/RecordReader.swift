import Ticketing

/// Reads back what `RecordWriter` wrote. Bytes that make no sense give an error that names the place, never a
/// wrong value and never a crash.
struct RecordReader {
    private let bytes: UnsafeRawBufferPointer
    private let place: StaticString
    private var position = 0

    /// The bytes must outlive the reader.
    init(_ bytes: UnsafeRawBufferPointer, place: StaticString) {
        self.bytes = bytes
        self.place = place
    }

    mutating func unsigned() throws(PortError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            number |= UInt64(byte & 0x7F) << shift
            guard byte >= 0x80 else { return number }
            shift += 7
        }
        throw corrupt("a number without an end")
    }

    mutating func number() throws(PortError) -> Int64 {
        let folded = try unsigned()
        return Int64(bitPattern: folded >> 1) ^ -Int64(folded & 1)
    }

    mutating func int() throws(PortError) -> Int { Int(try number()) }

    /// How many elements follow. Each takes at least a byte, so a wrong count cannot ask for much memory.
    mutating func count() throws(PortError) -> Int {
        let count = try number()
        guard count >= 0, count <= Int64(bytes.count - position) else { throw corrupt("a wrong count") }
        return Int(count)
    }

    mutating func moment() throws(PortError) -> Timestamp { Timestamp(msSinceEpoch: try number()) }

    mutating func flag() throws(PortError) -> Bool {
        guard position < bytes.count else { throw corrupt("a missing flag") }
        position += 1
        return bytes[position - 1] != 0
    }

    mutating func text() throws(PortError) -> String {
        String(decoding: try slice(), as: UTF8.self)
    }

    mutating func blob() throws(PortError) -> [UInt8] { Array(try slice()) }

    mutating func money() throws(PortError) -> Money {
        let code = try text()
        let minorUnits = try int()
        return try valid { () throws(InvalidValue) in
            try Money(minorUnits: minorUnits, currency: Currency(code))
        }
    }

    /// Makes a value of the domain from what was read.
    func valid<Value>(_ make: () throws(InvalidValue) -> Value) throws(PortError) -> Value {
        do {
            return try make()
        } catch {
            throw PortError(.corrupt, "a stored record of \(place) does not make sense", cause: error)
        }
    }

    mutating func end() throws(PortError) {
        guard position == bytes.count else { throw corrupt("bytes after its end") }
    }

    private mutating func slice() throws(PortError) -> Slice<UnsafeRawBufferPointer> {
        let length = try unsigned()
        guard length <= UInt64(bytes.count - position) else { throw corrupt("a text without an end") }
        let start = position
        position += Int(length)
        return bytes[start..<position]
    }

    func corrupt(_ what: String) -> PortError {
        PortError(.corrupt, "a stored record of \(place) has \(what)")
    }
}
