import Telemetry
import Ticketing

/// What a worker, its reconciler and its operators' desk work with.
package struct WorkerPorts: Sendable {
    package let ledger: any SeatLedger
    package let queue: any OrderQueue
    package let orderBook: any OrderBook
    package let deadLetters: any DeadLetters
    package let gateway: any PaymentGateway
    /// Nil where the stores forget by themselves.
    package let broom: (any Broom)?
    package let clock: any WallClock
    package let randomness: any Randomness
    package let logger: Logger
    package let metrics: MetricsRegistry
    /// Nil where nothing is traced.
    package let tracer: Tracer?

    package init(
        ledger: any SeatLedger, queue: any OrderQueue, orderBook: any OrderBook,
        deadLetters: any DeadLetters, gateway: any PaymentGateway, broom: (any Broom)? = nil,
        clock: any WallClock, randomness: any Randomness, logger: Logger, metrics: MetricsRegistry,
        tracer: Tracer? = nil
    ) {
        self.ledger = ledger
        self.queue = queue
        self.orderBook = orderBook
        self.deadLetters = deadLetters
        self.gateway = gateway
        self.broom = broom
        self.clock = clock
        self.randomness = randomness
        self.logger = logger
        self.metrics = metrics
        self.tracer = tracer
    }
}

/// Times here are the domain's; what logs use to write theirs has the same name.
typealias Timestamp = Ticketing.Timestamp
