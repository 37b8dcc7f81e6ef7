import AWSCalls
import DynamoDB
import EventLoop
import Postgres
import SQLiteStore
import SQS
import SandboxPayments
import Telemetry
import Ticketing

/// The adapters of every port, as the settings name them.
package struct Stores: Sendable {
    package private(set) var ledger: any SeatLedger
    package private(set) var queue: any OrderQueue
    package private(set) var orders: any OrderBook
    package let deadLetters: any DeadLetters
    package private(set) var catalogue: any Catalogue
    /// Nil where the stores forget by themselves.
    package let broom: (any Broom)?
    package let randomness: any Randomness
    private let caches: LoopCaches
    private let paymentRecords: any SandboxRecords
    private let adapters: OpenAdapters
    private var isTraced = false

    /// Opens everything, making files that are not there yet. It blocks, and must be ended with `close`.
    package init(
        _ locations: StoreLocations, metrics: MetricsRegistry = MetricsRegistry()
    ) throws(PortError) {
        var adapters = OpenAdapters(locations, metrics: metrics)
        do throws(PortError) {
            ledger = try Self.ledger(locations, &adapters)
            queue = try Self.queue(locations.queue, &adapters)
            orders = try Self.orders(locations.orders, &adapters)
            deadLetters = try Self.deadLetters(locations, &adapters)
            catalogue = try Self.catalogue(locations, ledger, &adapters)
            broom = try Self.broom(locations, &adapters)
            paymentRecords = try Self.paymentRecords(locations.orders, &adapters)
            caches = try LoopCaches(
                locations.cache, authorityFile: locations.cacheAuthorityFile,
                memory: MemoryCache(clock: MachineClock()), metrics: metrics)
        } catch {
            adapters.close()
            throw error
        }
        randomness = MachineRandomness()
        self.adapters = adapters
    }

    /// The payment gateway of whoever sleeps by this clock.
    package func payments(clock: any WallClock) -> any PaymentGateway {
        let gateway = SandboxGateway(records: paymentRecords, clock: clock)
        return isTraced ? TracedPaymentGateway(base: gateway) : gateway
    }

    /// The shared cache for the loop that is running now.
    package func cache(on loop: EventLoop) -> any SharedCache {
        let cache = caches.make(for: loop)
        return isTraced ? TracedSharedCache(base: cache) : cache
    }

    /// Called once on each loop that will ask a lot: it gets connections of its own.
    package func attach(_ loop: EventLoop) { adapters.attach(loop) }

    /// The same with every call seen in the trace of the work that makes it.
    func traced() -> Stores {
        var stores = self
        stores.isTraced = true
        stores.ledger = TracedSeatLedger(base: ledger)
        stores.queue = TracedOrderQueue(base: queue)
        stores.orders = TracedOrderBook(base: orders)
        stores.catalogue = TracedCatalogue(base: catalogue)
        return stores
    }

    /// Throws when the file of a store is no longer what was opened, or cannot take more.
    func checkIsInPlace(_ location: AdapterLocation) throws(PortError) {
        try adapters.checkIsInPlace(location)
    }

    /// Answers what has been asked, then lets go of everything. Blocks for a moment: not for a serving loop.
    package func close() { adapters.close() }
}

/// Which adapter stands behind which location.
extension Stores {
    private static func ledger(
        _ locations: StoreLocations, _ adapters: inout OpenAdapters
    ) throws(PortError) -> any SeatLedger {
        guard locations.ledger.scheme == .sqlite else {
            return DynamoDBLedger(table: locations.ledger.target, calls: try adapters.calls())
        }
        let file = try adapters.file(locations.ledger)
        guard locations.queue.scheme == .sqlite else { return SQLiteSeatLedger(file, queuesIntents: false) }
        // One file: the intent and its message are one commit, and nobody has to send it.
        return SQLiteSeatLedger(file, queuesIntents: file === (try adapters.file(locations.queue)))
    }

    private static func queue(
        _ location: AdapterLocation, _ adapters: inout OpenAdapters
    ) throws(PortError) -> any OrderQueue {
        guard location.scheme == .sqlite else {
            let calls = try adapters.calls()
            return try ShortLoop.run { _ async throws(PortError) in
                try await SQSQueues.open(location.target, calls: calls)
            }
        }
        return SQLiteOrderQueue(try adapters.file(location))
    }

    private static func orders(
        _ location: AdapterLocation, _ adapters: inout OpenAdapters
    ) throws(PortError) -> any OrderBook {
        guard location.scheme == .sqlite else { return PostgresOrderBook(pool: try adapters.pool(location)) }
        return SQLiteOrderBook(try adapters.file(location))
    }

    private static func catalogue(
        _ locations: StoreLocations, _ ledger: any SeatLedger, _ adapters: inout OpenAdapters
    ) throws(PortError) -> any Catalogue {
        guard locations.catalogue.scheme == .sqlite else {
            return PostgresCatalogue(pool: try adapters.pool(locations.catalogue), ledger: ledger)
        }
        let file = try adapters.file(locations.catalogue)
        guard locations.ledger.scheme == .sqlite else { return SQLiteCatalogue(file, ledger: ledger) }
        return SQLiteCatalogue(file, ledger: file === (try adapters.file(locations.ledger)) ? nil : ledger)
    }

    /// Beside the orders, where an operator can query them, if that is a file; else beside the intents.
    private static func deadLetters(
        _ locations: StoreLocations, _ adapters: inout OpenAdapters
    ) throws(PortError) -> any DeadLetters {
        if locations.orders.scheme == .sqlite {
            return SQLiteDeadLetters(try adapters.file(locations.orders))
        }
        if locations.ledger.scheme == .sqlite {
            return SQLiteDeadLetters(try adapters.file(locations.ledger))
        }
        return DynamoDBDeadLetters(table: locations.ledger.target, calls: try adapters.calls())
    }

    private static func broom(
        _ locations: StoreLocations, _ adapters: inout OpenAdapters
    ) throws(PortError) -> (any Broom)? {
        guard locations.areEmbedded else { return nil }
        return SQLiteBroom(
            ledger: try adapters.file(locations.ledger), orders: try adapters.file(locations.orders),
            queue: try adapters.file(locations.queue))
    }

    private static func paymentRecords(
        _ orders: AdapterLocation, _ adapters: inout OpenAdapters
    ) throws(PortError) -> any SandboxRecords {
        guard orders.scheme == .sqlite else { return PostgresAttemptRecords(pool: try adapters.pool(orders)) }
        return SQLiteAttemptRecords(try adapters.file(orders))
    }
}

extension SQLiteAttemptRecords: SandboxRecords {}
extension PostgresAttemptRecords: SandboxRecords {}
