/// What the adapter allows itself. Every wait has a deadline here and every queue a limit.
package struct RedisSettings: Sendable {
    /// From a call to its answer, waiting for a connection included. A cache that needs longer is no help.
    package var commandTimeoutMs: UInt64 = 250
    /// Name, connection, TLS and greeting together.
    package var connectTimeoutMs: UInt64 = 1_000
    /// Commands under way to one server from one loop; one more is refused.
    package var maxPending = 4_096
    /// An entry larger than this is not stored, and one found is not read.
    package var maxEntryBytes = 8 * 1_024 * 1_024
    /// Redirections of one command by a cluster.
    package var maxRedirects = 5
    package var firstRetryMs: UInt64 = 50
    package var longestRetryMs: UInt64 = 5_000
    /// A connection that held this long has made up for the failures before it.
    package var stableAfterMs: UInt64 = 1_000
    /// Between two looks at a cluster's slots.
    package var leastSlotsPauseMs: UInt64 = 250
    /// Before every key: several systems may share a server.
    package var keyPrefix = "ticket:"
    /// Certificates that are trusted in place of the system's.
    package var caFile: String?
    /// Holds the password in place of the URL; read again for every connection, so it may change.
    package var passwordFile: String?

    package init() {}
}
