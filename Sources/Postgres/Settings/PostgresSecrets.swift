import Glibc

/// Where the secret of the database comes from. It is read at the first connection, and again when the server
/// refuses it: a rotated password is taken up without a restart.
package struct PostgresSecrets: Sendable {
    private let read: @Sendable () throws(PostgresFailure) -> String?

    /// `read` gives the secret's text as it is now, or nil where there is none beside the URL. It is called on the
    /// pool's own thread and should not take long.
    package init(_ read: @escaping @Sendable () throws(PostgresFailure) -> String?) { self.read = read }

    /// Only what the URL says.
    package static let none = PostgresSecrets { () throws(PostgresFailure) -> String? in nil }

    /// The text of a variable: what ECS puts there at the start of a task, and never changes.
    package static func text(_ text: String) -> PostgresSecrets {
        PostgresSecrets { () throws(PostgresFailure) -> String? in text }
    }

    /// A file, as a sidecar or an operator rewrites it.
    package static func file(_ path: String) -> PostgresSecrets {
        PostgresSecrets { () throws(PostgresFailure) -> String? in try contents(of: path) }
    }

    /// Secrets Manager's own limit.
    private static let maxBytes = 65_536

    func credentials() throws(PostgresFailure) -> PostgresCredentials {
        guard let text = try read() else { return .none }
        return try PostgresCredentials(secret: text)
    }

    private static func contents(of path: String) throws(PostgresFailure) -> String {
        // Opened without waiting: a pipe that nobody writes to would hold up every connection.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw PostgresFailure(
                .cannotConnect, "cannot read the secret in \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: maxBytes + 1)
        var length = 0
        while length < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress! + length, $0.count - length)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            length += count
        }
        guard length <= maxBytes, let text = String(validating: bytes[..<length], as: UTF8.self) else {
            throw PostgresFailure(.cannotConnect, "the secret in \(path) is too long or no text")
        }
        return text
    }
}
