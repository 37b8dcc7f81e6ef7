/// What an HTTP server allows. The defaults are those of a service behind an ALB.
package struct ServerSettings: Sendable {
    package var parser = ParserLimits()
    package var maxConnections = 20_000
    package var maxRequestsInFlight = 1_024
    package var headTimeoutMs: UInt64 = 10_000
    package var bodyTimeoutMs: UInt64 = 10_000
    package var handlerTimeoutMs: UInt64 = 5_000
    package var writeTimeoutMs: UInt64 = 20_000
    /// Longer than the 60 s after which an ALB lets go: whoever closes first must not be the server, or the
    /// ALB answers 502 to a request that was under way.
    package var idleTimeoutMs: UInt64 = 75_000
    /// How long a refused peer may go on sending before the connection is cut: closing at once would reset it,
    /// and the peer would never read why.
    package var lingerTimeoutMs: UInt64 = 2_000
    /// The share of answered requests that are logged, in percent; answers of 500 and above always are.
    package var accessLogSamplePercent = 1.0

    package init() {}
}
