import Telemetry

/// Everything a service is told at its start, read once and typed.
package struct ServiceConfiguration: Sendable {
    package let executable: Executable
    package let host: String
    package let port: Int
    package let adminPort: Int
    package let loops: Int
    package let logLevel: LogLevel
    package let accessLogSamplePercent: Double
    package let http: HTTPSettings
    package let drainDelayMs: Int
    package let drainTimeoutMs: Int
    package let dataDirectory: String
    package let stores: StoreSettings
    package let publicCacheTTLMs: Int
    /// Nil for a program that deals with no buyers.
    package let buyers: BuyerSettings?
    package let makesDemoEvent: Bool
    package let runsWorker: Bool
    /// What is allowed and probably not meant; the service logs each of them when it starts.
    package let warnings: [String]

    init(_ values: SettingValues) throws(ConfigurationError) {
        executable = values.executable
        host = values.required(Settings.host)
        port = values.required(Settings.port)
        adminPort = values.required(Settings.adminPort)
        loops = values.required(Settings.loops)
        logLevel = values.required(Settings.logLevel)
        accessLogSamplePercent = values.required(Settings.accessLogSample)
        http = HTTPSettings(values)
        drainDelayMs = values.required(Settings.drainDelayMs)
        drainTimeoutMs = values.required(Settings.drainTimeoutMs)
        dataDirectory = values.required(Settings.data)
        stores = StoreSettings(values)
        publicCacheTTLMs = values[Settings.publicCacheTTLMs] ?? 1_000
        buyers = BuyerSettings(values)
        makesDemoEvent = values[Settings.demo] ?? false
        runsWorker = values[Settings.worker] ?? (values.executable == .orderWorker)
        try SettingContradictions.check(values)
        warnings = SettingContradictions.warnings(values)
    }
}

/// The limits of the HTTP server.
package struct HTTPSettings: Sendable {
    package let maxConnections: Int
    package let maxRequestsInFlight: Int
    package let headTimeoutMs: Int
    package let bodyTimeoutMs: Int
    package let handlerTimeoutMs: Int
    package let writeTimeoutMs: Int
    package let idleTimeoutMs: Int
    package let maxRequestLineBytes: Int
    package let maxHeaderBytes: Int
    package let maxHeaderCount: Int
    package let maxBodyBytes: Int

    init(_ values: SettingValues) {
        maxConnections = values.required(Settings.maxConnections)
        maxRequestsInFlight = values.required(Settings.maxRequestsInFlight)
        headTimeoutMs = values.required(Settings.headTimeoutMs)
        bodyTimeoutMs = values.required(Settings.bodyTimeoutMs)
        handlerTimeoutMs = values.required(Settings.handlerTimeoutMs)
        writeTimeoutMs = values.required(Settings.writeTimeoutMs)
        idleTimeoutMs = values.required(Settings.idleTimeoutMs)
        maxRequestLineBytes = values.required(Settings.maxRequestLineBytes)
        maxHeaderBytes = values.required(Settings.maxHeaderBytes)
        maxHeaderCount = values.required(Settings.maxHeaderCount)
        maxBodyBytes = values.required(Settings.maxBodyBytes)
    }
}

/// Which adapter stands behind each port. Nil where a program does not use the port.
package struct StoreSettings: Sendable {
    package let ledger: AdapterLocation
    package let queue: AdapterLocation
    package let orders: AdapterLocation
    package let catalogue: AdapterLocation
    package let cache: AdapterLocation?
    package let payments: AdapterLocation?

    init(_ values: SettingValues) {
        ledger = values.required(Settings.ledger)
        queue = values.required(Settings.queue)
        orders = values.required(Settings.orders)
        catalogue = values.required(Settings.catalogue)
        cache = values[Settings.cache]
        payments = values[Settings.payments]
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
