import CLinux
import EventLoop
import Glibc
import HTTP
import JSON
import Telemetry

/// Runs a service: serving loops, listeners, the private port, signals, and an orderly end.
///
/// The calling thread becomes the control loop. It serves the private port, so that metrics and readiness
/// answer even when every serving loop is busy.
package struct ServiceHost {
    private let service: String
    private let settings: HostSettings
    private let logger: Logger
    private let metrics: MetricsRegistry
    private let tracer: Tracer?
    private let metricsLog: MetricsLogSettings?
    private let readiness = Readiness()

    package init(
        service: String, settings: HostSettings, logger: Logger, metrics: MetricsRegistry,
        tracer: Tracer? = nil,
        metricsLog: MetricsLogSettings? = nil
    ) {
        self.service = service
        self.settings = settings
        self.logger = logger
        self.metrics = metrics
        self.tracer = tracer
        self.metricsLog = metricsLog
    }

    /// Serves until SIGTERM or SIGINT and a drain. Throws when it cannot begin; nothing runs then.
    ///
    /// `assemble` opens what the service needs. It is called when the signals are caught already, because stores
    /// start threads, and before anything listens: whoever connects finds a service that can answer.
    package func run(_ assemble: () throws(StartFailure) -> ServiceParts) throws(StartFailure) {
        DescriptorLimit.raise()
        let control = EventLoop(name: "control")
        let relay = SignalRelay()
        // Before any other thread: they inherit that these signals are blocked.
        guard let signals = SignalSource([SIGTERM, SIGINT], received: { relay.received($0) }) else {
            throw StartFailure(SocketError.cannotWatch)
        }
        let parts = try assemble()
        let listeners: Listeners
        do throws(SocketError) {
            listeners = try Listeners(settings)
        } catch {
            parts.close()
            throw StartFailure(error)
        }
        let hosts = (0..<settings.loops).map { LoopHost(name: "loop-\($0)") }
        let firstLoop = hosts[0].loop
        let load = ServerLoad()
        metrics.callbackGauge("ticket_http_requests_in_flight", help: "Requests that a handler works on.") {
            Double(load.requestsInFlight)
        }
        // Before the routes, which tell how it is.
        let worker = parts.background.map { BackgroundHost(making: $0) }
        let fleet = ServerFleet(
            on: hosts.map(\.loop), listening: listeners.serving, settings: settings.server, load: load,
            metrics: metrics, logger: logger, tracer: tracer, routes: parts.routes)
        let background = worker?.work
        control.execute { [self] in
            let metricsLog = metricsLog.map {
                MetricsLog($0, service: service, metrics: metrics, logger: logger)
            }
            metricsLog?.begin(on: control)
            let admin = adminServer(
                on: control, listening: listeners.admin, dependencies: parts.dependencies)
            relay.ending = Ending(
                control: control, settings: settings, readiness: readiness, logger: logger, fleet: fleet,
                background: background
            ) {
                // What was counted since the last line would be lost.
                metricsLog?.write()
                admin.closeAll()
                control.unwatch(signals)
                control.stop()
            }
            _ = control.watch(signals, for: .readable)
            background?.loop.execute { background?.value.begin() }
            DependencyWatch(parts.dependencies, logger: logger, on: control).begin()
            let opening = Opening(on: control, readiness: readiness) {
                parts.announce(
                    ServiceAddresses(serving: "\(listeners.address)", admin: "\(listeners.adminAddress)"))
                // Whatever the level: with port 0 nobody would learn the address.
                logger.log(max(logger.level, .info), "ready") { line in
                    line.member("address", "http://\(listeners.address)")
                    line.member("admin", "http://\(listeners.adminAddress)")
                    line.member("loops", settings.loops)
                }
            }
            opening.begin(parts.warmUp.map { warmUp in { warmUp(firstLoop, $0) } })
        }
        control.run()
        for host in hosts { host.stopAndJoin() }
        worker?.stopAndJoin()
        parts.close()
        logger.info("stopped")
        logger.flush(deadlineMs: 1_000)
    }

    private func adminServer(
        on control: EventLoop, listening descriptor: Int32, dependencies: ServiceDependencies
    ) -> LoopServer {
        let router = Router(metrics: MetricsRegistry())
        AdminRoutes.add(
            to: router, service: service, metrics: metrics, readiness: readiness, dependencies: dependencies)
        var adminSettings = ServerSettings()
        adminSettings.maxConnections = 256
        adminSettings.accessLogSamplePercent = 0
        // Its own registry: what operators ask is not traffic.
        let server = LoopServer(
            loop: control, settings: adminSettings, router: router, load: ServerLoad(),
            metrics: MetricsRegistry(),
            logger: logger)
        server.serve(descriptor)
        return server
    }
}

/// Carries a signal to what ends the process, which is made after the signals are caught.
private final class SignalRelay {
    var ending: Ending?

    func received(_ signal: Int32) { ending?.received(signal) }
}
