import Glibc

/// The part of a target after the `?`: `name=value` pairs, percent-encoded.
struct QueryText {
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    func value(of name: StaticString) -> String? {
        var start = 0
        for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: "&") {
            let pair = UnsafeRawBufferPointer(rebasing: bytes[start..<index])
            start = index + 1
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.count
            guard equals == name.utf8CodeUnitCount,
                equals == 0 || memcmp(pair.baseAddress!, name.utf8Start, equals) == 0
            else { continue }
            return Self.decoded(UnsafeRawBufferPointer(rebasing: pair[min(equals + 1, pair.count)...]))
        }
        return nil
    }

    /// Nil when the decoded bytes are not UTF-8. The parser has seen to it that `%` is followed by two digits.
    static func decoded(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = ByteClass.hexValue(bytes[index + 1]),
                let low = ByteClass.hexValue(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
                index += 1
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
