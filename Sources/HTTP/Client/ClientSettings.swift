/// What a client allows itself towards one server.
package struct ClientSettings: Sendable {
    package var maxConnections = 64
    /// Requests that wait for a connection; one more is refused at once.
    package var maxWaiting = 1_024
    package var connectTimeoutMs: UInt64 = 2_000
    package var requestTimeoutMs: UInt64 = 10_000
    /// Shorter than any server's own, so that the server is rarely the first to close.
    package var idleTimeoutMs: UInt64 = 30_000
    package var maxHeaderBytes = 32_768
    package var maxBodyBytes = 64 * 1_024 * 1_024

    package init() {}

    var parserLimits: ParserLimits {
        var limits = ParserLimits()
        limits.maxHeaderBytes = maxHeaderBytes
        limits.maxBodyBytes = maxBodyBytes
        return limits
    }
}
