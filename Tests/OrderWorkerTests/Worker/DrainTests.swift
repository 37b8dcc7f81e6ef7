import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@Suite("A worker that is told to stop")
struct DrainTests {
    private static func openFour(_ stage: Stage, token: String = "tok_ok") async throws {
        for (buyer, seat) in [("a", "A-1-1"), ("b", "A-1-2"), ("c", "A-1-3"), ("d", "A-1-4")] {
            try await stage.open("k", buyer: buyer, seats: [seat], token: token)
        }
    }

    @Test("brings to an end what it has begun, and receives nothing more")
    func drains() throws {
        let stage = Stage()
        let tap = PortTap()
        try stage.run {
            try await Self.openFour(stage, token: "tok_slow")
            let worker = try stage.worker(tap)
            await worker.start()
            try await stage.until { stage.ledger.snapshot.allIntents.allSatisfy { $0.state == .claimed } }
            let receives = tap.count(of: "queue.receive")
            await worker.stop(deadlineMs: 10_000)
            #expect(worker.status.snapshot.phase == .stopped)
            #expect(worker.status.snapshot.inHand == 0)
            #expect(tap.count(of: "queue.receive") == receives)
            #expect(stage.ledger.snapshot.allIntents.allSatisfy { $0.state == .confirmed })
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("gives back at once what it has not begun, so that another worker need not wait")
    func releases() throws {
        let stage = Stage()
        let slowLedger = SlowLedger(inner: stage.ledger, clock: stage.clock)
        try stage.run {
            try await Self.openFour(stage)
            var settings = WorkerSettings.embedded
            settings.maxConcurrentClaims = 1
            let ports = stage.ports()
            let worker = try OrderWorker(
                executor: stage.executor,
                ports: WorkerPorts(
                    ledger: slowLedger, queue: ports.queue, orderBook: ports.orderBook,
                    deadLetters: ports.deadLetters, gateway: ports.gateway, clock: ports.clock,
                    randomness: ports.randomness, logger: ports.logger, metrics: ports.metrics),
                settings: settings, ticketKeySeed: Stage.ticketKeySeed)
            await worker.start()
            try await stage.until { worker.status.snapshot.inHand == 4 }
            await worker.stop(deadlineMs: 60_000)
            let stats = try await stage.queue.stats()
            #expect(stats.visible == 3, "three were not begun")
            #expect(stats.inFlight == 0)
            let states = stage.ledger.snapshot.allIntents.map(\.state)
            #expect(states.count { $0 == .confirmed } == 1)
            #expect(states.count { $0 == .pending } == 3)
        }
    }

    @Test("gives up at its deadline and gives back the rest; the next worker goes on")
    func deadline() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"], token: "tok_hangs")
            let worker = try stage.worker()
            await worker.start()
            try await stage.until { try stage.intent(intent).state == .claimed }
            let begin = stage.clock.now()
            await worker.stop(deadlineMs: 5_000)
            #expect(stage.clock.now().ms(since: begin) <= 5_100)
            #expect(try await stage.queue.stats().visible == 1)
            #expect(try await stage.orderBook.outcome(of: intent.attempt) == nil)
        }
    }

    @Test("while a dependency is down gives its scout back and does not wait")
    func scoutGoesHome() throws {
        let stage = Stage()
        let tap = PortTap()
        try stage.run {
            try await Self.openFour(stage)
            tap.setOutage("gateway", .unavailable)
            let worker = try stage.worker(tap)
            await worker.start()
            try await stage.clock.sleep(ms: 60_000)
            let begin = stage.clock.now()
            await worker.stop(deadlineMs: 60_000)
            #expect(stage.clock.now().ms(since: begin) < 1_000)
            #expect(worker.status.snapshot.inHand == 0)
        }
    }

    @Test("does not sit out the long polls of an empty queue")
    func idle() throws {
        let stage = Stage()
        try stage.run {
            let worker = try stage.worker()
            await worker.start()
            try await stage.clock.sleep(ms: 30_000)
            let begin = stage.clock.now()
            await worker.stop(deadlineMs: 60_000)
            #expect(stage.clock.now() == begin)
        }
    }

    @Test("twice stops once")
    func twice() throws {
        let stage = Stage()
        try stage.run {
            let worker = try stage.worker()
            await worker.start()
            await worker.stop(deadlineMs: 1_000)
            await worker.stop(deadlineMs: 1_000)
            #expect(worker.status.snapshot.phase == .stopped)
        }
    }
}

/// Each claim takes a second.
private struct SlowLedger: WrappingLedger {
    let inner: any SeatLedger
    let clock: any WallClock

    func claim(_ id: IntentID, now: Timestamp) async throws(PortError) -> ClaimOutcome {
        try? await clock.sleep(ms: 1_000)
        return try await inner.claim(id, now: now)
    }
}
