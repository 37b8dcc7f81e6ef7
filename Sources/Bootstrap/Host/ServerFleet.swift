import EventLoop
import HTTP
import Telemetry

/// The servers of all serving loops of a process, each reached through its loop.
final class ServerFleet: Sendable {
    private let servers: [LoopBound<LoopServer>]

    /// Makes a server on each loop, which then listens; returns when all of them do.
    init(
        on loops: [EventLoop], listening descriptors: [Int32], settings: ServerSettings, load: ServerLoad,
        metrics: MetricsRegistry, logger: Logger, tracer: Tracer?,
        routes: @escaping @Sendable (LoopContext) -> Void
    ) {
        servers = zip(loops.indices, loops).map { index, loop in
            let descriptor = descriptors[index]
            return loop.runAndWait {
                let router = Router(metrics: metrics)
                routes(
                    LoopContext(index: index, loop: loop, router: router, metrics: metrics, logger: logger))
                let server = LoopServer(
                    loop: loop, settings: settings, router: router, load: load, metrics: metrics,
                    logger: logger, tracer: tracer)
                server.serve(descriptor)
                return LoopBound(server, on: loop)
            }
        }
    }

    var count: Int { servers.count }

    /// Lets every server finish what it has begun; `finished` is called once for each, on its loop.
    func drain(_ finished: @escaping @Sendable () -> Void) {
        for server in servers { server.loop.execute { server.value.drain(finished) } }
    }

    /// Ends every connection, whatever is on it.
    func closeAll() {
        for server in servers { server.loop.execute { server.value.closeAll() } }
    }
}
