import HTTP

/// What a process needs to know to serve, whatever it serves.
package struct HostSettings: Sendable {
    package var host = "127.0.0.1"
    package var port: UInt16 = 0
    package var adminPort: UInt16 = 0
    package var loops = 1
    package var server = ServerSettings()
    /// How long readiness fails before the listeners close: the time a load balancer needs to notice.
    package var drainDelayMs: UInt64 = 0
    /// When requests that still run are given up.
    package var drainTimeoutMs: UInt64 = 25_000

    package init() {}
}
