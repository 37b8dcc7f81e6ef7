import EventLoop
import HTTP
import Telemetry

/// The two servers of a double over one set of data. Made and used on its loop.
package final class DoublePorts {
    package let desk: CallDesk
    private let aws: LoopServer
    private let control: LoopServer
    private let timekeeper: QueueTimekeeper

    /// BatchWriteItem may be 16 MB long.
    private static let maxBodyBytes = 17 << 20

    package init(settings: DoubleSettings, loop: EventLoop, clock: DoubleClock, logger: Logger) {
        desk = CallDesk(clock: clock, inFlightLimit: settings.inFlightLimit)
        timekeeper = QueueTimekeeper(queues: desk.queues, clock: clock, loop: loop)
        var serving = ServerSettings()
        serving.parser.maxBodyBytes = Self.maxBodyBytes
        serving.maxRequestsInFlight = 20_000
        // A long poll of 20 s, and what faults add to it.
        serving.handlerTimeoutMs = 90_000
        serving.accessLogSamplePercent = 0
        let metrics = MetricsRegistry()
        let router = Router(metrics: metrics)
        let signatures = settings.key.map { SignatureCheck(keyID: $0.id, secret: $0.secret) }
        let door = AWSDoor(desk: desk, loop: loop, timekeeper: timekeeper, signatures: signatures)
        door.addRoutes(to: router)
        aws = LoopServer(
            loop: loop, settings: serving, router: router, load: ServerLoad(), metrics: metrics,
            logger: logger)
        let controlMetrics = MetricsRegistry()
        let controlRouter = Router(metrics: controlMetrics)
        ControlDoor(desk: desk, timekeeper: timekeeper).addRoutes(to: controlRouter)
        var controlling = ServerSettings()
        controlling.maxConnections = 256
        controlling.accessLogSamplePercent = 0
        control = LoopServer(
            loop: loop, settings: controlling, router: controlRouter, load: ServerLoad(),
            metrics: controlMetrics, logger: logger)
    }

    /// Takes over the listening sockets.
    package func serve(_ listening: Int32, control controlListening: Int32) {
        aws.serve(listening)
        control.serve(controlListening)
    }

    /// Ends every connection and every wait.
    package func end() {
        desk.queues.removeAll()
        aws.closeAll()
        control.closeAll()
    }
}
