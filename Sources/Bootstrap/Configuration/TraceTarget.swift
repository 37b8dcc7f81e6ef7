import EventLoop

/// Where traces go, as the setting says it.
package enum TraceTarget: Equatable, Sendable {
    case off
    /// The daemon's UDP address: `xray:127.0.0.1:2000`, or `xray:[::1]:2000`.
    case xray(host: String, port: UInt16)

    init?(_ text: String) {
        guard text != "off" else {
            self = .off
            return
        }
        guard text.hasPrefix("xray:"), let colon = text.lastIndex(of: ":") else { return nil }
        var host = text.dropFirst(5).prefix(upTo: max(colon, text.index(text.startIndex, offsetBy: 5)))
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard let port = Decimal.whole(String(text[text.index(after: colon)...]), in: 1...65_535),
            let address = SocketAddress(host: String(host), port: UInt16(port))
        else { return nil }
        self = .xray(host: address.host, port: UInt16(port))
    }
}

/// What is traced, and how much of it.
package struct TraceSettings: Sendable {
    package let target: TraceTarget
    package let samplePercent: Double
    package let maxPerSecond: Int

    init(_ values: SettingValues) {
        target = values.required(Settings.trace)
        samplePercent = values.required(Settings.traceSample)
        maxPerSecond = values.required(Settings.tracesPerSecond)
    }
}

/// How metrics become log lines. Nil where they do not.
package struct MetricsLogSettings: Sendable {
    package let app: String
    package let intervalSeconds: Int

    init?(_ values: SettingValues) {
        guard values.required(Settings.metricsLog) else { return nil }
        app = values.required(Settings.app)
        intervalSeconds = values.required(Settings.metricsLogSeconds)
    }
}
