import Cryptography

/// Bytes as text.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(of bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[index * 2] = digits[Int(byte >> 4)]
                buffer[index * 2 + 1] = digits[Int(byte & 15)]
            }
            return bytes.count * 2
        }
    }
}

extension MD5 {
    /// The digest as SQS writes it: 32 hexadecimal digits.
    static func hexadecimal(_ text: Text) -> String { text.withBytes { hexadecimal($0) } }

    static func hexadecimal(_ message: UnsafeRawBufferPointer) -> String {
        Hexadecimal.text(of: digest(message))
    }
}
