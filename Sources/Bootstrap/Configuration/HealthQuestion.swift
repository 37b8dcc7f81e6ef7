/// Where the service of the same settings is asked how it is, on its private port.
package struct HealthQuestion: Equatable, Sendable {
    /// `ticket-public health`
    static let word = "health"
    /// Asks for readiness in place of life: a task that drains, or whose stores are gone, lives and is not ready.
    static let readyFlag = "--ready"

    package let host: String
    package let port: UInt16
    package let path: String

    init(_ values: SettingValues, asksReadiness: Bool) throws(ConfigurationError) {
        port = UInt16(values.required(Settings.adminPort))
        guard port > 0 else {
            throw ConfigurationError(
                .contradiction, "TICKET_ADMIN_PORT=0 takes any free port, so nobody knows where to ask")
        }
        // Whoever listens everywhere is asked here.
        host =
            switch values.required(Settings.host) {
            case "0.0.0.0": "127.0.0.1"
            case "::": "::1"
            case let host: host
            }
        path = asksReadiness ? "/ready" : "/health"
    }
}
