/// What a client says about codings (RFC 9110 section 12.5.3), read without making text of it.
struct AcceptEncoding {
    /// In thousandths by coding; nil when the client names neither it nor `*`.
    private var qualities = InlineArray<3, Int16>(repeating: Self.unnamed)
    private static let unnamed: Int16 = -1

    /// Which coding to send. Without the field, and when nothing is acceptable, the body as it is: a client that
    /// excludes everything is better served with a body than with an error.
    static func choice(_ field: UnsafeRawBufferPointer?) -> ContentCoding {
        guard let field, !field.isEmpty else { return .identity }
        return AcceptEncoding(field).choice
    }

    private init(_ field: UnsafeRawBufferPointer) {
        var anyOther = Self.unnamed
        var start = 0
        for index in 0...field.count where index == field.count || field[index] == UInt8(ascii: ",") {
            let member = UnsafeRawBufferPointer(rebasing: field[start..<index])
            start = index + 1
            let nameEnd = member.firstIndex { $0 == UInt8(ascii: ";") } ?? member.count
            let name = Self.trimmed(UnsafeRawBufferPointer(rebasing: member[..<nameEnd]))
            guard !name.isEmpty else { continue }
            let quality = Self.quality(UnsafeRawBufferPointer(rebasing: member[nameEnd...]))
            if let coding = Self.coding(name) {
                qualities[coding.rawValue] = quality
            } else if name.count == 1, name[0] == UInt8(ascii: "*") {
                anyOther = quality
            }
        }
        for index in 0..<2 where qualities[index] == Self.unnamed { qualities[index] = anyOther }
        // `*` speaks of identity too, but only `*;q=0` excludes it; otherwise nobody asked for it by name.
        let identity = ContentCoding.identity.rawValue
        if qualities[identity] == Self.unnamed, anyOther == 0 { qualities[identity] = 0 }
    }

    private var choice: ContentCoding {
        var best = ContentCoding.identity
        // Who does not name identity takes it when nothing else is wanted.
        var bestQuality = max(qualities[best.rawValue], 0)
        for coding in [ContentCoding.gzip, .brotli] where qualities[coding.rawValue] > 0 {
            guard qualities[coding.rawValue] >= bestQuality else { continue }
            best = coding
            bestQuality = qualities[coding.rawValue]
        }
        return best
    }

    private static func coding(_ name: UnsafeRawBufferPointer) -> ContentCoding? {
        if equals(name, "br") { return .brotli }
        if equals(name, "gzip") || equals(name, "x-gzip") { return .gzip }
        return equals(name, "identity") ? .identity : nil
    }

    /// The `q` among the parameters, in thousandths; 1000 when there is none, 0 when it cannot be read.
    private static func quality(_ parameters: UnsafeRawBufferPointer) -> Int16 {
        var start = 0
        for index in 0...parameters.count
        where index == parameters.count || parameters[index] == UInt8(ascii: ";") {
            let parameter = trimmed(UnsafeRawBufferPointer(rebasing: parameters[start..<index]))
            start = index + 1
            guard parameter.count >= 2, parameter[0] | 0x20 == UInt8(ascii: "q"),
                parameter[1] == UInt8(ascii: "=")
            else { continue }
            return thousandths(trimmed(UnsafeRawBufferPointer(rebasing: parameter[2...])))
        }
        return 1_000
    }

    /// `1`, `0.5`, `0.125`: one digit, a point and at most three more.
    private static func thousandths(_ text: UnsafeRawBufferPointer) -> Int16 {
        guard let first = text.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"),
            text.count <= 5,
            text.count == 1 || text[1] == UInt8(ascii: ".")
        else { return 0 }
        var value = Int16(first - UInt8(ascii: "0")) * 1_000
        var weight: Int16 = 100
        for digit in text.dropFirst(2) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return 0 }
            value += Int16(digit - UInt8(ascii: "0")) * weight
            weight /= 10
        }
        return min(value, 1_000)
    }

    private static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }

    private static func equals(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        guard bytes.count == name.utf8CodeUnitCount else { return false }
        // The names are letters, digits and a hyphen, which bit 5 leaves alone.
        for index in 0..<bytes.count where bytes[index] | 0x20 != name.utf8Start[index] { return false }
        return true
    }
}
