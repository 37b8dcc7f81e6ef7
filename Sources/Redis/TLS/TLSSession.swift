import CTLS
import EventLoop

/// One connection's TLS, over memory: it is fed what the socket brought and drained of what the socket should send.
final class TLSSession {
    enum Handshake {
        case done
        case needsMore
        case failed(String)
    }

    enum Reading {
        case bytes(Int)
        case needsMore
        /// The peer has said that nothing more comes.
        case ended
        case failed(String)
    }

    private let session: OpaquePointer
    private let host: String

    /// `host` is whose certificate is expected: a name, or a number.
    init(_ context: TLSContext, host: String) throws(RedisError) {
        let isNumber = SocketAddress(host: host, port: 1) != nil && host != "localhost"
        guard let session = ctls_session(context.pointer, host, isNumber ? 1 : 0) else {
            throw RedisError(.tlsFailed, "no TLS session for \(host) could be made")
        }
        self.session = session
        self.host = host
    }

    deinit { SSL_free(session) }

    func handshake() -> Handshake {
        ERR_clear_error()
        let result = SSL_do_handshake(session)
        if result == 1 { return .done }
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsMore
        default: return .failed(reason())
        }
    }

    /// Takes what the socket brought.
    func feed(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        // A memory takes everything, or the process is out of it.
        precondition(
            BIO_write(SSL_get_rbio(session), bytes.baseAddress!, Int32(bytes.count)) == Int32(bytes.count))
    }

    /// Encrypts all of it.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var done = 0
        while done < bytes.count {
            ERR_clear_error()
            let piece = Int32(min(bytes.count - done, 1 << 20))
            let count = SSL_write(session, bytes.baseAddress! + done, piece)
            guard count > 0 else { return false }
            done += Int(count)
        }
        return true
    }

    func read(into base: UnsafeMutableRawPointer, room: Int) -> Reading {
        ERR_clear_error()
        let count = SSL_read(session, base, Int32(min(room, 1 << 20)))
        if count > 0 { return .bytes(Int(count)) }
        switch SSL_get_error(session, count) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsMore
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .failed(reason())
        }
    }

    /// Appends what the socket should send.
    func drain(into bytes: inout [UInt8]) {
        let memory = SSL_get_wbio(session)
        let pending = BIO_ctrl_pending(memory)
        guard pending > 0 else { return }
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: pending))
        let count = bytes.withUnsafeMutableBytes { BIO_read(memory, $0.baseAddress! + start, Int32(pending)) }
        bytes.removeLast(pending - max(0, Int(count)))
    }

    private func reason() -> String {
        if let refusal = ctls_refusal(session) {
            return "the certificate of \(host) is refused: \(String(cString: refusal))"
        }
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let text = ERR_reason_error_string(code) else {
            return "TLS with \(host) was broken off"
        }
        return "TLS with \(host) failed: \(String(cString: text))"
    }
}
