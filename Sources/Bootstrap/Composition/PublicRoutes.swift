import PublicSite
import Telemetry

/// The public service as the settings want it; its sites are made one a loop.
struct PublicRoutes: Sendable {
    private let stores: Stores
    private let settings: PublicSettings
    private let tracer: Tracer?
    /// Seating plans are large and never change: the loops share them.
    private let shelf = PlanShelf()

    init(_ configuration: ServiceConfiguration, stores: Stores, tracer: Tracer?) {
        self.stores = stores
        self.tracer = tracer
        var settings = PublicSettings()
        settings.cacheTTLMs = configuration.publicCacheTTLMs
        self.settings = settings
    }

    /// Called on the loop.
    func add(to context: LoopContext) {
        let ports = PublicPorts(
            catalogue: stores.catalogue, ledger: stores.ledger, orders: stores.orders, queue: stores.queue,
            cache: stores.cache(on: context.loop), clock: LoopWallClock(loop: context.loop),
            randomness: stores.randomness)
        let site = PublicSite(
            ports: ports, executor: context.loop, settings: settings, shelf: shelf, logger: context.logger,
            metrics: context.metrics, tracer: tracer)
        site.addRoutes(to: context.router)
    }
}
