/// Base64 with padding (RFC 4648 section 4), for values that are bytes inside a document.
enum Base64Text {
    private static let alphabet: StaticString =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// Writes four characters for every three bytes begun, and returns how many.
    static func write(_ bytes: UnsafeRawBufferPointer, into memory: UnsafeMutableRawPointer) -> Int {
        let letters = alphabet.utf8Start
        var input = 0
        var output = 0
        func put(_ value: UInt32) {
            memory.storeBytes(of: letters[Int(value & 63)], toByteOffset: output, as: UInt8.self)
            output += 1
        }
        while input + 3 <= bytes.count {
            let group = UInt32(bytes[input]) << 16 | UInt32(bytes[input + 1]) << 8 | UInt32(bytes[input + 2])
            put(group >> 18)
            put(group >> 12)
            put(group >> 6)
            put(group)
            input += 3
        }
        let rest = bytes.count - input
        guard rest > 0 else { return output }
        let group = UInt32(bytes[input]) << 16 | (rest == 2 ? UInt32(bytes[input + 1]) << 8 : 0)
        put(group >> 18)
        put(group >> 12)
        if rest == 2 { put(group >> 6) }
        for _ in rest..<3 {
            memory.storeBytes(of: UInt8(ascii: "="), toByteOffset: output, as: UInt8.self)
            output += 1
        }
        return output
    }
}
