import HTTP
import Telemetry

/// Everything a service is told at its start, read once and typed.
package struct ServiceConfiguration: Sendable {
    package let executable: Executable
    /// Where it listens, with how many loops, and what the HTTP server allows.
    package let hosting: HostSettings
    package let logLevel: LogLevel
    package let metricsLog: MetricsLogSettings?
    package let tracing: TraceSettings
    package let dataDirectory: String
    package let stores: StoreLocations
    package let publicCacheTTLMs: Int
    /// Nil for a program that deals with no buyers.
    package let buyers: BuyerSettings?
    /// Nil when it is the one kept in the data directory.
    package let ticketKey: Secret?
    /// 0 where nobody counts.
    package let integritySeconds: Int
    package let makesDemoEvent: Bool
    package let runsWorker: Bool
    /// What is allowed and probably not meant; the service logs each of them when it starts.
    package let warnings: [String]

    init(_ values: SettingValues) throws(ConfigurationError) {
        executable = values.executable
        hosting = HostSettings(values)
        logLevel = values.required(Settings.logLevel)
        metricsLog = MetricsLogSettings(values)
        tracing = TraceSettings(values)
        dataDirectory = values.required(Settings.data)
        stores = StoreLocations(values)
        publicCacheTTLMs = values[Settings.publicCacheTTLMs] ?? 1_000
        buyers = BuyerSettings(values)
        ticketKey = values[Settings.ticketKey]
        integritySeconds = values[Settings.integritySeconds] ?? 0
        makesDemoEvent = values[Settings.demo] ?? false
        runsWorker = values[Settings.worker] ?? (values.executable == .orderWorker)
        try SettingContradictions.check(values)
        warnings = SettingContradictions.warnings(values)
    }
}

extension HostSettings {
    /// The ranges of the settings are inside those of the fields, so no conversion here can fail.
    init(_ values: SettingValues) {
        self.init()
        host = values.required(Settings.host)
        port = UInt16(values.required(Settings.port))
        adminPort = UInt16(values.required(Settings.adminPort))
        loops = values.required(Settings.loops)
        drainDelayMs = UInt64(values.required(Settings.drainDelayMs))
        drainTimeoutMs = UInt64(values.required(Settings.drainTimeoutMs))
        server = ServerSettings(values)
    }
}

extension ServerSettings {
    init(_ values: SettingValues) {
        self.init()
        maxConnections = values.required(Settings.maxConnections)
        maxRequestsInFlight = values.required(Settings.maxRequestsInFlight)
        headTimeoutMs = UInt64(values.required(Settings.headTimeoutMs))
        bodyTimeoutMs = UInt64(values.required(Settings.bodyTimeoutMs))
        handlerTimeoutMs = UInt64(values.required(Settings.handlerTimeoutMs))
        writeTimeoutMs = UInt64(values.required(Settings.writeTimeoutMs))
        idleTimeoutMs = UInt64(values.required(Settings.idleTimeoutMs))
        accessLogSamplePercent = values.required(Settings.accessLogSample)
        parser.maxRequestLineBytes = values.required(Settings.maxRequestLineBytes)
        parser.maxHeaderBytes = values.required(Settings.maxHeaderBytes)
        parser.maxHeaderCount = values.required(Settings.maxHeaderCount)
        parser.maxBodyBytes = values.required(Settings.maxBodyBytes)
    }
}

/// How buyers are known and how much they may ask.
package struct BuyerSettings: Sendable {
    package let admitsGuests: Bool
    package let guestsPerMinute: Int
    package let requestsPerSecond: Int
    package let burst: Int
    /// Newest first: the first signs, all of them verify. Empty when the key is to be made.
    package let tokenKeys: [Secret]

    init?(_ values: SettingValues) {
        guard let admitsGuests = values[Settings.guests] else { return nil }
        self.admitsGuests = admitsGuests
        guestsPerMinute = values.required(Settings.guestsPerMinute)
        requestsPerSecond = values.required(Settings.buyerRate)
        burst = values.required(Settings.buyerBurst)
        tokenKeys = values[Settings.tokenKey] ?? []
    }
}
