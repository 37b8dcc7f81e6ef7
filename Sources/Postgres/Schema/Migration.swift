import Cryptography

/// One step of the schema. Steps are only ever added: a database out there has run the earlier ones, and their
/// checksums are compared with it.
package struct Migration: Sendable {
    package let version: Int
    /// A few words for the operator.
    package let name: String
    let statements: [SQLQuery]

    package static let all: [Migration] = [.first]

    /// Over the statements' texts: a step that was changed after it ran somewhere is found out.
    package var checksum: String {
        var hash = SHA256()
        hash.begin()
        for statement in statements {
            var text = statement.text + ";"
            text.withUTF8 { hash.update(UnsafeRawBufferPointer($0)) }
        }
        return hash.finish().bytes.map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}
