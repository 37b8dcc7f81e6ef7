import Cryptography

/// A key that signs buyer tokens, with the short name by which a token says which key signed it.
package struct TokenKey: Sendable {
    package static let minSecretBytes = 32
    private static let nameLength = 8

    let name: [UInt8]
    let secret: [UInt8]

    /// Nil when the secret is too short to keep anyone from guessing it.
    package init?(secret: [UInt8]) {
        guard secret.count >= Self.minSecretBytes else { return nil }
        self.secret = secret
        // Derived, so that a setting is a list of secrets and nothing else; the prefix keeps it from being
        // the digest of the secret itself.
        var hash = SHA256()
        let digest = hash.digest(Array("name of a ticket buyer token key\n".utf8) + secret)
        name = Array(Cryptography.Base32.encode(digest.bytes).utf8.prefix(Self.nameLength))
    }
}

/// The keys of a deployment, newest first: the first signs, all of them verify. To rotate, put the new one in
/// front, and take the old one off once its last token has expired.
package struct TokenKeys: Sendable {
    let newest: TokenKey
    let all: [TokenKey]

    package init(newest: TokenKey, older: [TokenKey] = []) {
        self.newest = newest
        all = [newest] + older
    }
}
