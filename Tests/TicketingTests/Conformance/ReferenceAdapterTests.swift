import Testing
import Ticketing
import TicketingTesting

@Suite("The reference adapters")
struct ReferenceAdapterTests {
    @Test("the queue conforms", arguments: OrderQueueConformance.checks)
    func queue(check: OrderQueueConformance.Check) async throws {
        let clock = ManualClock()
        try await check.run(.init(ReferenceQueue(clock: clock), passage: Passage(clock)))
    }

    @Test("the order book conforms", arguments: OrderBookConformance.checks)
    func orderBook(check: OrderBookConformance.Check) async throws {
        try await check.run(ReferenceOrderBook())
    }

    @Test("the dead letters conform", arguments: DeadLettersConformance.checks)
    func deadLetters(check: DeadLettersConformance.Check) async throws {
        try await check.run(ReferenceDeadLetters())
    }

    @Test("the catalogue conforms", arguments: CatalogueConformance.checks)
    func catalogue(check: CatalogueConformance.Check) async throws {
        let ledger = ReferenceLedger()
        try await check.run(.init(ReferenceCatalogue(ledger: ledger), ledger: ledger))
    }

    @Test("the cache conforms", arguments: SharedCacheConformance.checks)
    func cache(check: SharedCacheConformance.Check) async throws {
        let clock = ManualClock()
        try await check.run(.init(ReferenceCache(clock: clock), passage: Passage(clock)))
    }

    @Test("the gateway conforms", arguments: PaymentGatewayConformance.checks)
    func gateway(check: PaymentGatewayConformance.Check) async throws {
        let gateway = ReferenceGateway()
        try await check.run(
            .init(
                gateway, captureCount: { gateway.captureCount(of: $0) },
                refundCount: { gateway.refundCount(of: $0) }))
    }
}
