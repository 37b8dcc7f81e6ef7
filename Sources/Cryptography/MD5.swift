import CCrypto

/// MD5 (RFC 1321), for checksums only: SQS answers with it so that a client can see that its message arrived whole.
package enum MD5 {
    /// Looked up once; libcrypto counts its users atomically, so any thread may use it.
    private nonisolated(unsafe) static let algorithm: OpaquePointer = {
        guard let algorithm = EVP_MD_fetch(nil, "MD5", nil) else {
            preconditionFailure("libcrypto has no MD5: its configuration forbids it")
        }
        return algorithm
    }()

    /// The 16 bytes.
    package static func digest(_ message: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            let isDone = EVP_Digest(
                message.baseAddress, message.count, buffer.baseAddress, nil, algorithm, nil)
            precondition(isDone == 1, "libcrypto refused an MD5")
            count = 16
        }
    }
}
