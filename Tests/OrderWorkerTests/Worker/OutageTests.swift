import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@Suite("A worker whose dependency is down")
struct OutageTests {
    private static func openTwelve(_ stage: Stage) async throws {
        let seats = stage.hall.listing.map.seats.filter { !$0.isBlocked }.map(\.id.text)
        for (index, seat) in seats.enumerated() {
            let buyer = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index)))
            try await stage.open("k", buyer: buyer, seats: [seat])
        }
    }

    @Test(
        "waits for it without burning receives or counting failures, and then ends everything",
        arguments: ["gateway", "orderBook", "ledger"], [PortError.Code.unavailable, .throttled])
    func waits(port: String, code: PortError.Code) throws {
        // So few receives that probing by receiving would kill messages within a minute.
        let stage = Stage(queueMaxReceiveCount: 5)
        let tap = PortTap()
        try stage.run {
            try await Self.openTwelve(stage)
            tap.setOutage(port, code)
            let worker = try stage.worker(tap)
            await worker.start()
            try await stage.clock.sleep(ms: 60_000)
            #expect(worker.status.snapshot.phase == .paused)
            let receives = tap.count(of: "queue.receive")
            try await stage.clock.sleep(ms: 1_200_000)
            // Three minutes a scout at least, and each change of scouts may take a receive.
            #expect(tap.count(of: "queue.receive") - receives <= 8)
            #expect(stage.ledger.snapshot.allIntents.allSatisfy { !$0.state.isFinal })

            tap.setOutage(port, nil)
            #expect(try await stage.until(withinMs: 60_000) { try await stage.isQueueEmpty() })
            #expect(worker.status.snapshot.phase == .receiving)
            await worker.stop(deadlineMs: 1_000)
            #expect(stage.ledger.snapshot.allIntents.allSatisfy { $0.state == .confirmed })
            #expect(worker.status.snapshot.failures.isEmpty)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("asks what is down with one message, at growing intervals")
    func probesWithOne() throws {
        let stage = Stage()
        let tap = PortTap()
        try stage.run {
            try await Self.openTwelve(stage)
            tap.setOutage("gateway", .unavailable)
            let worker = try stage.worker(tap)
            await worker.start()
            try await stage.clock.sleep(ms: 1_000)
            let charges = tap.count(of: "gateway.charge")
            try await stage.clock.sleep(ms: 100_000)
            let probes = tap.count(of: "gateway.charge") - charges
            #expect((5...60).contains(probes), "\(probes) probes in 100 s")
            await worker.stop(deadlineMs: 1_000)
        }
    }

    @Test("a gateway that loses every answer kills no payment once the circuit is open")
    func lostAnswers() throws {
        let stage = Stage()
        let tap = PortTap()
        try stage.run {
            try await Self.openTwelve(stage)
            tap.setOutage("gateway", .unknownOutcome)
            let worker = try stage.worker(tap)
            await worker.start()
            try await stage.clock.sleep(ms: 300_000)
            tap.setOutage("gateway", nil)
            #expect(try await stage.until(withinMs: 60_000) { try await stage.isQueueEmpty() })
            await worker.stop(deadlineMs: 1_000)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("a queue that is down is asked again and again, ever more slowly")
    func queueDown() throws {
        let stage = Stage()
        let tap = PortTap()
        try stage.run {
            tap.setOutage("queue", .unavailable)
            let worker = try stage.worker(tap)
            await worker.start()
            try await stage.clock.sleep(ms: 60_000)
            #expect(worker.status.snapshot.failedReceives > 0)
            #expect(tap.count(of: "queue.receive") < 120)
            tap.setOutage("queue", nil)
            try await stage.open("a", seats: ["A-1-1"])
            #expect(try await stage.until(withinMs: 30_000) { try await stage.isQueueEmpty() })
            #expect(worker.status.snapshot.failedReceives == 0)
            await worker.stop(deadlineMs: 1_000)
        }
    }

    @Test("one decision that breaks its batch is the only one that waits")
    func batchIsHalved() throws {
        let stage = Stage()
        let bad = IntentDraft("k", buyer: "c", seats: ["A-1-3"]).intent
        try stage.run {
            try await Self.openTwelve(stage)
            let ports = stage.ports()
            let brokenBook = BreakingOrderBook(inner: stage.orderBook, breakingOn: bad.attempt)
            let worker = try OrderWorker(
                executor: stage.executor,
                ports: WorkerPorts(
                    ledger: ports.ledger, queue: ports.queue, orderBook: brokenBook,
                    deadLetters: ports.deadLetters, gateway: ports.gateway, clock: ports.clock,
                    randomness: ports.randomness, logger: ports.logger, metrics: ports.metrics),
                settings: .embedded, ticketKeySeed: Stage.ticketKeySeed)
            try await stage.drain(worker)
            let unsettled = stage.ledger.snapshot.allIntents.filter { $0.state != .confirmed }
            #expect(unsettled.map(\.id) == [bad.id])
            let letter = try await stage.deadLetters.letter(bad.id.text)
            #expect(letter?.kind == .orderBook)
            #expect(letter?.failureCount == 5)
            #expect(worker.status.snapshot.failures == [.orderBook: 5], "the others never failed")
        }
    }
}

/// Throws for every batch with a certain attempt in it, as a database does for one bad row.
private struct BreakingOrderBook: OrderBook {
    let inner: any OrderBook
    let breakingOn: Attempt

    func decide(_ decisions: [Decision]) async throws(PortError) -> [DecisionResult] {
        guard !decisions.contains(where: { $0.attempt == breakingOn }) else {
            throw PortError(.rejected, "a row the database does not like")
        }
        return try await inner.decide(decisions)
    }

    func outcome(of attempt: Attempt) async throws(PortError) -> Outcome? {
        try await inner.outcome(of: attempt)
    }

    func order(_ number: OrderNumber) async throws(PortError) -> Order? { try await inner.order(number) }

    func order(for intent: IntentID) async throws(PortError) -> Order? {
        try await inner.order(for: intent)
    }

    func orders(
        of event: EventID?, after number: OrderNumber?, limit: Int
    ) async throws(PortError) -> [Order] {
        try await inner.orders(of: event, after: number, limit: limit)
    }

    func liveTicketCount(of event: EventID) async throws(PortError) -> Int {
        try await inner.liveTicketCount(of: event)
    }

    func oversoldSeatCount(of event: EventID) async throws(PortError) -> Int {
        try await inner.oversoldSeatCount(of: event)
    }
}
