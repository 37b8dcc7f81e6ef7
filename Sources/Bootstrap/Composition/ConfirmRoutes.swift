import ConfirmDesk
import EventLoop
import HTTP
import Ticketing

/// The confirm service as the settings want it; its desks are made one a loop.
struct ConfirmRoutes: Sendable {
    private let stores: Stores
    private let keys: TokenKeys
    private let shared: SharedDesk

    init(_ configuration: ServiceConfiguration, stores: Stores, keys: TokenKeys) {
        self.stores = stores
        self.keys = keys
        shared = SharedDesk(settings: DeskSettings(configuration), catalogue: stores.catalogue)
    }

    /// Called on the loop.
    func add(to context: LoopContext) {
        let ports = DeskPorts(
            seatLedger: stores.ledger, orderQueue: stores.queue, orderBook: stores.orders,
            catalogue: stores.catalogue, clock: LoopWallClock(loop: context.loop),
            randomness: stores.randomness)
        let desk = ConfirmDesk(
            ports: ports, shared: shared, keys: keys, executor: context.loop, logger: context.logger,
            metrics: context.metrics)
        desk.addRoutes(to: context.router)
    }

    /// The first buyer of a large event would wait for its seats. A catalogue that fails is the first buyer's to see.
    func warmUp(on loop: EventLoop, _ done: @escaping @Sendable () -> Void) {
        let shared = shared
        // Behind the routes, which give the loop its connections.
        loop.execute {
            Task(executorPreference: loop) {
                try? await shared.warmUp(clock: LoopWallClock(loop: loop), executor: loop)
                done()
            }
        }
    }
}

extension DeskSettings {
    fileprivate init(_ configuration: ServiceConfiguration) {
        self.init()
        guard let buyers = configuration.buyers else { return }
        admitsGuests = buyers.admitsGuests
        guestsPerMinute = buyers.guestsPerMinute
        requestsPerSecond = buyers.requestsPerSecond
        requestBurst = buyers.burst
    }
}
