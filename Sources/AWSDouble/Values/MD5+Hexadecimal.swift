import Cryptography

extension MD5 {
    /// The digest as SQS writes it: 32 hexadecimal digits.
    static func hexadecimal(_ text: Text) -> String { text.withBytes { hexadecimal($0) } }

    static func hexadecimal(_ message: UnsafeRawBufferPointer) -> String {
        Hexadecimal.text(of: digest(message))
    }
}
