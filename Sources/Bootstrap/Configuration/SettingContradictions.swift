/// Settings that are right one by one and wrong together.
enum SettingContradictions {
    static func check(_ values: SettingValues) throws(ConfigurationError) {
        let port = values.required(Settings.port)
        guard port == 0 || port != values.required(Settings.adminPort) else {
            throw ConfigurationError(
                .contradiction, "TICKET_PORT and TICKET_ADMIN_PORT are both \(port): they must be two ports")
        }
        if let rate = values[Settings.buyerRate], let burst = values[Settings.buyerBurst], burst < rate {
            throw ConfigurationError(
                .contradiction,
                "TICKET_BUYER_BURST=\(burst) is not right: it must be at least TICKET_BUYER_RATE, which is \(rate)"
            )
        }
    }

    static func warnings(_ values: SettingValues) -> [String] {
        var warnings: [String] = []
        let idle = values.required(Settings.idleTimeoutMs)
        if idle <= 60_000 {
            warnings.append(
                "TICKET_IDLE_TIMEOUT_MS=\(idle): a load balancer that keeps connections for 60 s may send a request "
                    + "into one that is just being closed")
        }
        let drain = values.required(Settings.drainDelayMs) + values.required(Settings.drainTimeoutMs)
        if drain > 30_000 {
            warnings.append(
                "TICKET_DRAIN_DELAY_MS and TICKET_DRAIN_TIMEOUT_MS are \(drain) ms together: ECS kills a task 30 s "
                    + "after it told it to stop, unless stopTimeout says more")
        }
        if values.required(Settings.maxRequestsInFlight) > values.required(Settings.maxConnections) {
            warnings.append(
                "TICKET_MAX_REQUESTS_IN_FLIGHT is above TICKET_MAX_CONNECTIONS and is never reached: "
                    + "a connection has one request at a time")
        }
        return warnings
    }
}
