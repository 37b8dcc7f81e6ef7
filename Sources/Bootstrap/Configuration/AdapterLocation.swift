/// Which adapter stands behind a port, and where it finds its data: `sqlite:.data/ticket.db`.
package struct AdapterLocation: Hashable, Sendable {
    package enum Scheme: String, Sendable {
        case sqlite, memory, sandbox

        /// How a location of this scheme is written.
        var form: String {
            switch self {
            case .sqlite: "sqlite:PATH"
            case .memory: "memory:"
            case .sandbox: "sandbox:"
            }
        }
    }

    package let scheme: Scheme
    /// What follows the colon: the path of an SQLite file, nothing for the others.
    package let path: String

    init?(_ text: String, schemes: [Scheme]) {
        guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: String(text[..<colon])),
            schemes.contains(scheme)
        else { return nil }
        let path = String(text[text.index(after: colon)...])
        guard path.isEmpty == (scheme != .sqlite), !path.utf8.contains(0) else { return nil }
        self.scheme = scheme
        self.path = path
    }
}
