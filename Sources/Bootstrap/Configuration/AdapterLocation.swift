import Postgres

/// Which adapter stands behind a port, and where it finds its data: `sqlite:.data/ticket.db`.
package struct AdapterLocation: Hashable, Sendable {
    package enum Scheme: String, Sendable {
        case sqlite, postgres, memory, sandbox

        /// How a location of this scheme is written.
        var form: String {
            switch self {
            case .sqlite: "sqlite:PATH"
            case .postgres: "postgres://HOST/DATABASE"
            case .memory: "memory:"
            case .sandbox: "sandbox:"
            }
        }
    }

    package let scheme: Scheme
    /// What follows the colon: the path of an SQLite file, the rest of a URL, nothing for the others.
    package let path: String

    /// The path, or the URL as a whole.
    var target: String { scheme == .postgres ? "\(scheme.rawValue):\(path)" : path }

    init?(_ text: String, schemes: [Scheme]) {
        guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: String(text[..<colon])),
            schemes.contains(scheme)
        else { return nil }
        let path = String(text[text.index(after: colon)...])
        let hasPath = scheme == .sqlite || scheme == .postgres
        guard path.isEmpty != hasPath, !path.utf8.contains(0) else { return nil }
        if scheme == .postgres, (try? PostgresURL(text)) == nil { return nil }
        self.scheme = scheme
        self.path = path
    }
}
