import Glibc
import Ticketing

/// Where the secret of the database comes from. It is read at the first connection, and again when the server
/// refuses it: a rotated password is taken up without a restart.
package struct PostgresSecrets: Sendable {
    private let read: @Sendable () throws(PostgresFailure) -> PostgresCredentials

    private init(credentials read: @escaping @Sendable () throws(PostgresFailure) -> PostgresCredentials) {
        self.read = read
    }

    /// `read` gives the secret's text as it is now, or nil where there is none beside the URL. It is called on the
    /// pool's own thread and should not take long.
    package init(_ read: @escaping @Sendable () throws(PostgresFailure) -> String?) {
        self.init(credentials: { () throws(PostgresFailure) -> PostgresCredentials in
            guard let text = try read() else { return .none }
            return try PostgresCredentials(secret: text)
        })
    }

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

    /// What an environment says about a server beside its URL, from one of three places: `TICKET_ORDERS_SECRET_FILE`, a
    /// file that is read again when the server refuses what it says; `TICKET_ORDERS_SECRET`, the same text as it is; or
    /// `PGPASSWORD`, always a password and never JSON, because a generated one may begin with a brace.
    /// `PGUSER` is the user where neither the URL nor the secret names one.
    package static func of(
        _ url: PostgresURL, environment: [String: String]
    ) throws(InvalidValue) -> PostgresSecrets {
        let names = ["TICKET_ORDERS_SECRET_FILE", "TICKET_ORDERS_SECRET", "PGPASSWORD"]
        let given = names.filter { environment[$0]?.isEmpty == false }
        guard given.count < 2 else {
            throw InvalidValue(
                .badForm, field: "secret of the database",
                message: "is given twice: only one of \(given.joined(separator: " and ")) may be set")
        }
        let user = url.user ?? environment["PGUSER"].flatMap { $0.isEmpty ? nil : $0 }
        let text = given.first.flatMap { environment[$0] } ?? ""
        switch given.first {
        case "TICKET_ORDERS_SECRET_FILE": return file(text).asking(as: user)
        case "TICKET_ORDERS_SECRET": return Self.text(text).asking(as: user)
        case "PGPASSWORD":
            // As with every client of PostgreSQL, what the URL says goes before the variables.
            let known = PostgresCredentials(user: user, password: url.password ?? text)
            return PostgresSecrets(credentials: { () throws(PostgresFailure) in known })
        default: return none.asking(as: user)
        }
    }

    private func asking(as user: String?) -> PostgresSecrets {
        PostgresSecrets(credentials: { [read] () throws(PostgresFailure) in try read().filled(user: user) })
    }

    /// Secrets Manager's own limit.
    private static let maxBytes = 65_536

    func credentials() throws(PostgresFailure) -> PostgresCredentials { try read() }

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
