import CTLS

/// What connections of a client trust.
///
// Sendable although it holds a pointer: OpenSSL counts the references of a context and locks what its sessions
// change in it; it is not configured after `init`.
final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer

    init(caFile: String?) throws(RedisError) {
        ERR_clear_error()
        guard let pointer = ctls_context(caFile) else {
            ERR_clear_error()
            throw RedisError(
                .badSettings,
                "no certificates to trust can be read from \(caFile ?? "the system's own place")")
        }
        self.pointer = pointer
    }

    deinit { SSL_CTX_free(pointer) }
}
