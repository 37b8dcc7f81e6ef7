import CCrypto

/// A key that signs (RFC 8032). What it signs can be checked by anyone who has the public key, without a network.
///
/// It stays with one owner; the seed inside is wiped by libcrypto when the owner lets go.
package struct Ed25519SigningKey: ~Copyable {
    package static let seedLength = 32

    private let key: OpaquePointer
    private let context: OpaquePointer

    /// Nil when the seed has another length than `seedLength`.
    package init?(seed: [UInt8]) {
        guard seed.count == Self.seedLength,
            let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        else { return nil }
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        self.key = key
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_PKEY_free(key)
    }

    /// The key that others check with.
    package var publicKey: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Ed25519PublicKey.length)
        var count = bytes.count
        let isWritten = EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1 && count == bytes.count
        precondition(isWritten, "libcrypto cannot tell the public key")
        return bytes
    }

    /// The 64 bytes that prove that the owner of this key wrote the message.
    package mutating func sign(_ message: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureLength)
        var count = signature.count
        let isSigned =
            EVP_MD_CTX_reset(context) == 1 && EVP_DigestSignInit(context, nil, nil, nil, key) == 1
            && EVP_DigestSign(context, &signature, &count, message, message.count) == 1
            && count == signature.count
        precondition(isSigned, "libcrypto refused to sign")
        return signature
    }
}

/// A key that checks signatures.
///
/// It stays with one owner, like the context it works in.
package struct Ed25519PublicKey: ~Copyable {
    package static let length = 32
    package static let signatureLength = 64

    private let key: OpaquePointer
    private let context: OpaquePointer

    /// Nil when the bytes have another length than `length`.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.length,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
        else { return nil }
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        self.key = key
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_PKEY_free(key)
    }

    /// Whether the owner of the signing key wrote the message. Anything that is no signature is simply not one.
    package mutating func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == Self.signatureLength else { return false }
        return EVP_MD_CTX_reset(context) == 1 && EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
