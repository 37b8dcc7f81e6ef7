import SQLiteStore
import SandboxPayments
import Ticketing

/// The adapters of every port, as the settings name them.
package struct Stores: Sendable {
    package private(set) var ledger: any SeatLedger
    package private(set) var queue: any OrderQueue
    package private(set) var orders: any OrderBook
    package let deadLetters: any DeadLetters
    package private(set) var catalogue: any Catalogue
    package private(set) var cache: any SharedCache
    package let broom: any Broom
    package let randomness: any Randomness
    private let paymentRecords: SQLiteAttemptRecords
    private let files: StoreFiles
    private var isTraced = false

    /// Opens everything, making what is not there yet. It blocks, and must be ended with `close`.
    package init(_ locations: StoreLocations) throws(PortError) {
        var files = StoreFiles()
        do throws(PortError) {
            let ledgerFile = try files.open(locations.ledger)
            let queueFile = try files.open(locations.queue)
            let ordersFile = try files.open(locations.orders)
            let catalogueFile = try files.open(locations.catalogue)
            // One file: the intent and its message are one commit, and nobody has to send it.
            ledger = SQLiteSeatLedger(ledgerFile, queuesIntents: ledgerFile === queueFile)
            queue = SQLiteOrderQueue(queueFile)
            orders = SQLiteOrderBook(ordersFile)
            // They belong where an operator can query them beside the orders, whatever queue is used.
            deadLetters = SQLiteDeadLetters(ordersFile)
            catalogue = SQLiteCatalogue(
                catalogueFile, ledger: catalogueFile === ledgerFile ? nil : ledger)
            cache = MemoryCache(clock: MachineClock())
            broom = SQLiteBroom(ledger: ledgerFile, orders: ordersFile, queue: queueFile)
            paymentRecords = SQLiteAttemptRecords(ordersFile)
        } catch {
            files.close()
            throw error
        }
        randomness = MachineRandomness()
        self.files = files
    }

    /// The payment gateway of whoever sleeps by this clock.
    package func payments(clock: any WallClock) -> any PaymentGateway {
        let gateway = SandboxGateway(records: paymentRecords, clock: clock)
        return isTraced ? TracedPaymentGateway(base: gateway) : gateway
    }

    /// The same with every call seen in the trace of the work that makes it.
    func traced() -> Stores {
        var stores = self
        stores.isTraced = true
        stores.ledger = TracedSeatLedger(base: ledger)
        stores.queue = TracedOrderQueue(base: queue)
        stores.orders = TracedOrderBook(base: orders)
        stores.catalogue = TracedCatalogue(base: catalogue)
        stores.cache = TracedSharedCache(base: cache)
        return stores
    }

    /// Throws when the file of a store is no longer what was opened, or cannot take more.
    func checkIsInPlace(_ location: AdapterLocation) throws(PortError) {
        try files.checkIsInPlace(location)
    }

    /// Answers what has been asked, then closes the files. Blocks for a moment: not for a serving loop.
    package func close() { files.close() }
}

extension SQLiteAttemptRecords: SandboxRecords {}
