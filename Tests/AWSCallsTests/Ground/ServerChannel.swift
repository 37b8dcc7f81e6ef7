import CTLS
import Glibc
import TicketingTesting

/// The bytes of one connection on a scripted server's side, with or without TLS.
struct ServerChannel {
    private let descriptor: Int32
    private let session: OpaquePointer?

    /// Nil when the handshake comes to nothing: a client that does not trust the server ends it.
    init?(_ descriptor: Int32, tls: OpaquePointer?) {
        self.descriptor = descriptor
        guard let tls else {
            session = nil
            return
        }
        guard let made = SSL_new(tls) else { return nil }
        SSL_set_fd(made, descriptor)
        guard SSL_accept(made) == 1 else {
            SSL_free(made)
            return nil
        }
        session = made
    }

    /// At most zero at the end.
    func read(_ buffer: inout [UInt8]) -> Int {
        guard let session else { return recv(descriptor, &buffer, buffer.count, 0) }
        return Int(SSL_read(session, &buffer, Int32(buffer.count)))
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let session else {
            return send(descriptor, bytes.baseAddress!, bytes.count, Int32(MSG_NOSIGNAL))
        }
        return Int(SSL_write(session, bytes.baseAddress!, Int32(bytes.count)))
    }

    /// The descriptor stays: it is its owner's.
    func end() {
        guard let session else { return }
        SSL_shutdown(session)
        SSL_free(session)
    }

    /// A server's context; it lives as long as the process.
    static func context(_ certificates: TestCertificates) throws -> OpaquePointer {
        guard let context = SSL_CTX_new(TLS_server_method()),
            SSL_CTX_use_certificate_file(context, certificates.certificate, SSL_FILETYPE_PEM) == 1,
            SSL_CTX_use_PrivateKey_file(context, certificates.key, SSL_FILETYPE_PEM) == 1
        else { throw ChildProcess.StartError(message: "the server's certificate cannot be read") }
        return context
    }
}
