import Glibc
import SQLiteStore
import Testing
import Ticketing
import TicketingTesting

@Suite("The embedded store conforms to")
struct ConformanceTests {
    @Test("the seat ledger, without a queue", arguments: SeatLedgerConformance.checks)
    func seatLedger(check: SeatLedgerConformance.Check) async throws {
        try await withStore { store, _ in
            try await check.run(SQLiteSeatLedger(store, queuesIntents: false))
        }
    }

    @Test("the seat ledger, with its queue", arguments: SeatLedgerConformance.checks)
    func queueingSeatLedger(check: SeatLedgerConformance.Check) async throws {
        try await withStore { store, _ in
            try await check.run(SQLiteSeatLedger(store, queuesIntents: true))
        }
    }

    @Test("the ledger that queues", arguments: QueueingLedgerConformance.checks)
    func ledgerThatQueues(check: QueueingLedgerConformance.Check) async throws {
        try await withStore { store, _ in
            try await check.run(
                .init(SQLiteSeatLedger(store, queuesIntents: true), queue: SQLiteOrderQueue(store)))
        }
    }

    @Test("the order queue", arguments: OrderQueueConformance.checks)
    func orderQueue(check: OrderQueueConformance.Check) async throws {
        try await withStore { store, clock in
            // The store waits on its own thread: what passes on the clock has to pass a little for it too.
            let passage = Passage { ms in
                clock.advance(ms: ms)
                usleep(100)
            }
            try await check.run(.init(SQLiteOrderQueue(store), passage: passage))
        }
    }

    @Test("the order book", arguments: OrderBookConformance.checks)
    func orderBook(check: OrderBookConformance.Check) async throws {
        try await withStore { store, _ in try await check.run(SQLiteOrderBook(store)) }
    }

    @Test("the dead letters", arguments: DeadLettersConformance.checks)
    func deadLetters(check: DeadLettersConformance.Check) async throws {
        try await withStore { store, _ in try await check.run(SQLiteDeadLetters(store)) }
    }

    @Test("the catalogue beside its own ledger", arguments: CatalogueConformance.checks)
    func catalogue(check: CatalogueConformance.Check) async throws {
        try await withStore { store, _ in
            let ledger = SQLiteSeatLedger(store, queuesIntents: false)
            try await check.run(.init(SQLiteCatalogue(store, ledger: nil), ledger: ledger))
        }
    }

    @Test("the catalogue that asks another ledger", arguments: CatalogueConformance.checks)
    func catalogueWithForeignLedger(check: CatalogueConformance.Check) async throws {
        try await withStore { store, _ in
            let ledger = ReferenceLedger()
            try await check.run(.init(SQLiteCatalogue(store, ledger: ledger), ledger: ledger))
        }
    }

    @Test("the shared cache", arguments: SharedCacheConformance.checks)
    func sharedCache(check: SharedCacheConformance.Check) async throws {
        let clock = ManualClock()
        try await check.run(.init(MemoryCache(clock: clock), passage: Passage(clock)))
    }
}
