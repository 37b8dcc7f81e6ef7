import CCrypto

/// SHA-256 with a context that is made once and used again for every message.
///
/// Each owner, usually a loop, has its own: a context remembers the message it is in and cannot be shared.
package struct SHA256: ~Copyable {
    // The algorithm is looked up once in the process. It never changes after that, and libcrypto counts its users
    // atomically, so any thread may use it.
    private nonisolated(unsafe) static let algorithm: OpaquePointer = {
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else {
            preconditionFailure("libcrypto has no SHA-256: its configuration is broken")
        }
        return algorithm
    }()

    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// The digest of one message.
    package mutating func digest(_ message: UnsafeRawBufferPointer) -> Digest256 {
        begin()
        update(message)
        return finish()
    }

    /// The digest of one message.
    package mutating func digest(_ message: [UInt8]) -> Digest256 {
        begin()
        message.withUnsafeBytes { update($0) }
        return finish()
    }

    /// Starts a message that comes in pieces; an unfinished one is forgotten.
    package mutating func begin() {
        let isReady = EVP_DigestInit_ex2(context, Self.algorithm, nil) == 1
        precondition(isReady, "libcrypto refused to start SHA-256")
    }

    package mutating func update(_ piece: UnsafeRawBufferPointer) {
        let isTaken = EVP_DigestUpdate(context, piece.baseAddress, piece.count) == 1
        precondition(isTaken, "libcrypto refused to go on with SHA-256")
    }

    package mutating func finish() -> Digest256 {
        Digest256 { memory in
            let isDone = EVP_DigestFinal_ex(context, memory, nil) == 1
            precondition(isDone, "libcrypto refused to finish SHA-256")
        }
    }
}
