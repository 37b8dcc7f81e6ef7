import Glibc

/// A call to the kernel about a socket that failed.
package struct SocketError: Error, CustomStringConvertible {
    package let operation: String
    package let code: Int32

    init(_ operation: String, code: Int32 = errno) {
        self.operation = operation
        self.code = code
    }

    /// The kernel would not watch one more descriptor.
    package static let cannotWatch = SocketError("watch a socket", code: ENOSPC)

    package static func badAddress(_ host: String) -> SocketError {
        SocketError("use \(host) as a numeric address", code: EINVAL)
    }

    package var description: String { "cannot \(operation): \(String(cString: strerror(code)))" }
}
