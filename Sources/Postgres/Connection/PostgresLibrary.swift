import CPostgres
import Ticketing

/// libpq: whoever has no PostgreSQL does not load it.
package enum PostgresLibrary {
    private static let problem: String? = cpostgres_open().map { String(cString: $0) }

    /// Says in words what a pool would stop the process for.
    package static func require() throws(PortError) {
        guard let problem else { return }
        throw PortError(.unavailable, "libpq cannot be used (Debian: apt-get install libpq5): \(problem)")
    }

    /// Before anything else of it.
    static func open() { precondition(problem == nil, "libpq cannot be used, and nobody asked before") }
}
