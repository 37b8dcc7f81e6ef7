/// What one loop allows itself towards AWS.
package struct TransportSettings: Sendable {
    package var maxConnections = 128
    /// Calls that wait for a connection; one more is refused at once.
    package var maxWaiting = 4096
    package var connectTimeoutMs = 1000
    package var idleTimeoutSeconds = 20
    package var connectionLifeSeconds = 300
    /// A page of a query is 1 MB at most; in JSON, with its escapes, less than four.
    package var maxAnswerBytes = 4 * 1024 * 1024
    /// In place of the system's list of authorities (`AWS_CA_BUNDLE`).
    package var certificateAuthorityFile: String?

    package init() {}
}
