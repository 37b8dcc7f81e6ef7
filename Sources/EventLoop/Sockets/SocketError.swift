import Glibc

/// A call to the kernel about a socket that failed.
package struct SocketError: Error, CustomStringConvertible {
    package let operation: String
    package let code: Int32

    init(_ operation: String, code: Int32 = errno) {
        self.operation = operation
        self.code = code
    }

    package var description: String { "cannot \(operation): \(String(cString: strerror(code)))" }
}
