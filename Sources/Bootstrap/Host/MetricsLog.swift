import EventLoop
import JSON
import Telemetry

/// Writes the metrics as log lines that CloudWatch reads, from the control loop. One a process.
final class MetricsLog: TimerTarget {
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let intervalNs: UInt64
    private var lines: EmbeddedMetrics
    private var control: EventLoop?

    init(_ settings: MetricsLogSettings, service: String, metrics: MetricsRegistry, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
        intervalNs = UInt64(settings.intervalSeconds) * 1_000_000_000
        let prefix = "ticket-"
        lines = EmbeddedMetrics(
            app: settings.app,
            service: service.hasPrefix(prefix) ? String(service.dropFirst(prefix.count)) : "all")
    }

    func begin(on control: EventLoop) {
        self.control = control
        arm()
    }

    func timerFired() {
        arm()
        write()
    }

    /// Whatever the log's level: these lines are wanted by a setting of their own.
    func write() {
        let nowMs = SystemClock.wallMs()
        logger.log(max(logger.level, .info), "metrics") {
            lines.write(metrics.read(), timestampMs: nowMs, into: &$0)
        }
    }

    private func arm() {
        guard let control else { return }
        _ = control.arm(self, atNs: control.nowNs + intervalNs)
    }
}
