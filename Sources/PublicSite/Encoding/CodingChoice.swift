import Glibc

/// Chooses the coding of an answer, and remembers the last field it read: most clients of a minute send the
/// same one.
final class CodingChoice {
    private var lastField: [UInt8] = []
    private var lastChoice = ContentCoding.identity

    /// A longer field is read every time.
    private static let maxRememberedBytes = 128

    func choice(_ field: UnsafeRawBufferPointer?) -> ContentCoding {
        guard let field, let start = field.baseAddress else { return .identity }
        if field.count == lastField.count, memcmp(start, lastField, field.count) == 0 { return lastChoice }
        let choice = AcceptEncoding.choice(field)
        if field.count <= Self.maxRememberedBytes {
            lastField.removeAll(keepingCapacity: true)
            lastField.append(contentsOf: field)
            lastChoice = choice
        }
        return choice
    }
}
