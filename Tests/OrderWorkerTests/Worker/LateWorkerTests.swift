import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@Suite("Workers that meet")
struct LateWorkerTests {
    @Test("the late worker of a hold that ended charges nobody when the seat has a new owner")
    func lateForTheHold() throws {
        let stage = Stage()
        try stage.run {
            let first = try await stage.open("f", buyer: "fay", seats: ["A-1-1", "A-1-2"], holdMs: 1_000)
            try await stage.clock.sleep(ms: 1_000)
            let second = try await stage.open("s", buyer: "sam", seats: ["A-1-1"])
            try await stage.drain(try stage.worker())
            #expect(try stage.intent(first).state == .expired)
            #expect(try stage.intent(second).state == .confirmed)
            #expect(stage.gateway.accounts.captureCount(of: first.attempt) == 0)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("a hold that ended is still its owner's as long as nobody came")
    func holdEndedUncontested() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"], holdMs: 1_000)
            try await stage.clock.sleep(ms: 5_000)
            try await stage.drain(try stage.worker())
            #expect(try stage.intent(intent).state == .confirmed)
        }
    }

    @Test("a worker that was paused after the charge pays back when the intent was abandoned meanwhile")
    func pausedAfterTheCharge() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"])
            var settings = WorkerSettings.embedded
            settings.decisionLingerMs = 5_000
            let worker = try stage.worker(settings: settings)
            await worker.start()
            try await stage.until { stage.gateway.accounts.captureCount(of: intent.attempt) == 1 }
            try await stage.bury(intent)
            let desk = DeadLetterDesk(ports: stage.ports())
            #expect(await desk.abandon(intent.id.text) == .abandoned)
            #expect(try await stage.until { try await stage.isQueueEmpty() })
            await worker.stop(deadlineMs: 1_000)
            #expect(try stage.intent(intent).state == .declined)
            #expect(stage.gateway.accounts.refundCount(of: intent.attempt) == 1)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("a worker that was paused before the charge takes nothing when the intent was abandoned meanwhile")
    func pausedBeforeTheCharge() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"], token: "tok_slow")
            let worker = try stage.worker()
            await worker.start()
            try await stage.until { try stage.intent(intent).state == .claimed }
            try await stage.bury(intent)
            #expect(await DeadLetterDesk(ports: stage.ports()).abandon(intent.id.text) == .abandoned)
            #expect(try await stage.until { try await stage.isQueueEmpty() })
            await worker.stop(deadlineMs: 1_000)
            #expect(stage.gateway.accounts.captureCount(of: intent.attempt) == 0)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test(
        "cancel and claim exclude each other, whoever comes first", arguments: seeds)
    func cancelAgainstClaim(seed: UInt64) throws {
        let stage = Stage(seed: seed, interleaving: seed)
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"])
            let worker = try stage.worker()
            await worker.start()
            try await stage.clock.sleep(ms: stage.randomness.below(4))
            for _ in 0..<stage.randomness.below(8) { await Task.yield() }
            let outcome = try await stage.ledger.cancel(
                intent.id, buyer: intent.buyer, now: stage.clock.now())
            #expect(try await stage.until { try await stage.isQueueEmpty() })
            await worker.stop(deadlineMs: 1_000)
            let isCancelled = if case .cancelled = outcome { true } else { false }
            #expect(try stage.intent(intent).state == (isCancelled ? .cancelled : .confirmed))
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test(
        "two workers on the same intent make one order and one charge",
        arguments: seeds)
    func twoWorkers(seed: UInt64) throws {
        let stage = Stage(seed: seed, interleaving: seed)
        try stage.run {
            let token = stage.randomness.element(of: ["tok_ok", "tok_declined", "tok_unknown", "tok_retry"])
            let intent = try await stage.open("a", seats: ["A-1-1", "A-1-2"], token: token)
            // In another group, so that the queue does not keep the two apart.
            _ = try await stage.queue.send([
                OutgoingMessage(.intent(intent.id), group: "other", deduplicationID: "other")
            ])
            let workers = try [stage.worker(), stage.worker()]
            for worker in workers { await worker.start() }
            #expect(try await stage.until { try await stage.isQueueEmpty() })
            for worker in workers { await worker.stop(deadlineMs: 1_000) }
            #expect(try stage.intent(intent).state == (token == "tok_declined" ? .declined : .confirmed))
            #expect(try await GuaranteeAudit(stage).violations == [], "seed \(seed)")
        }
    }

    @Test("an intent whose seat has another order is declined, paid back, and rings the alarm")
    func seatConflict() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1", "A-1-2"])
            let stranger = IntentDraft("x", buyer: "xan", seats: ["A-1-2"]).intent
            var codes = try TicketCodes(seed: Stage.ticketKeySeed)
            let code = try codes.code(
                seat: .named("A-1-2"), event: stage.hall.event, attempt: stranger.attempt)
            let order = try Order(
                number: stranger.prospectiveOrder, intent: stranger.id, event: stranger.event,
                buyer: stranger.buyer, amount: stranger.amount, paymentReference: "x",
                placedAt: stage.clock.now(),
                tickets: [
                    Ticket(code: code, seat: .named("A-1-2"), section: .named("A"), price: .won(90_000))
                ])
            _ = try await stage.orderBook.decide([
                Decision(attempt: stranger.attempt, intent: stranger.id, verdict: .confirmed(order))
            ])
            try await stage.drain(try stage.worker())
            #expect(try stage.intent(intent).state == .declined)
            #expect(stage.gateway.accounts.refundCount(of: intent.attempt) == 1)
            #expect(try await stage.orderBook.order(for: intent.id) == nil)
            #expect(stage.hasMetric("ticket_worker_alarms_total{alarm=\"seats-already-sold\"} 1"))
            #expect(stage.logLines.contains { $0.contains("ALARM") })
            #expect(try await stage.deadLetters.failureCounts(of: intent.id.text) == [.seatConflict: 1])
        }
    }
}
