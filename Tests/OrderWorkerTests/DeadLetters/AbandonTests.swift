import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@Suite("Abandoning")
struct AbandonTests {
    @Test("declines the intent, pays back what was taken and frees the seats")
    func abandons() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"], token: "tok_broken")
            try await stage.drain(try stage.worker())
            let desk = DeadLetterDesk(ports: stage.ports())
            let found = try #require(try await desk.inspect(intent.id.text))
            #expect(found.failureCounts == [.payment: 5])
            #expect(found.intent?.state == .claimed)
            #expect(found.order == nil)
            #expect(await desk.abandon(intent.id.text) == .abandoned)
            #expect(try stage.intent(intent).status == .declined)
            #expect(stage.ledger.snapshot.locks(of: stage.hall.event).isEmpty)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("twice is once")
    func twice() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"], isQueued: false)
            try await stage.bury(intent)
            let desk = DeadLetterDesk(ports: stage.ports())
            #expect(await desk.abandon(intent.id.text) == .abandoned)
            #expect(await desk.abandon(intent.id.text) == .alreadyEnded(.declined))
        }
    }

    @Test("is refused when the order exists")
    func orderExists() throws {
        let stage = Stage()
        try stage.run {
            // Killed after the decision and before the settlement, then buried.
            let intent = try await stage.open("a", seats: ["A-1-1"])
            let rehearsal = PortTap()
            rehearsal.setOutage("ledger.settle", .failed)
            try await stage.drain(try stage.worker(rehearsal))
            #expect(try stage.intent(intent).state == .claimed)
            let desk = DeadLetterDesk(ports: stage.ports())
            #expect(await desk.abandon(intent.id.text) == .refusedOrderExists)
            #expect(try await stage.orderBook.order(for: intent.id) != nil)
            #expect(stage.gateway.accounts.refundCount(of: intent.attempt) == 0)
            _ = try await desk.redrive(.keys([intent.id.text]))
            try await stage.drain(try stage.worker())
            #expect(try stage.intent(intent).state == .confirmed)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("is refused for an intent that workers are still on, and for what nobody knows")
    func refusals() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"])
            let desk = DeadLetterDesk(ports: stage.ports())
            #expect(await desk.abandon(intent.id.text) == .refusedNotDead)
            #expect(await desk.abandon("pi_nobody") == .unknown)
            #expect(await desk.abandon("no id at all") == .unknown)
            #expect(try stage.intent(intent).state == .pending)
        }
    }

    @Test("several, by reason, after a dry run")
    func several() throws {
        let stage = Stage()
        try stage.run {
            let one = try await stage.open("k", buyer: "a", seats: ["A-1-1"], isQueued: false)
            let two = try await stage.open("k", buyer: "b", seats: ["A-1-2"], isQueued: false)
            try await stage.bury(one, kind: .payment)
            try await stage.bury(two, kind: .orderBook)
            let desk = DeadLetterDesk(ports: stage.ports())
            let selection = DeadLetterSelection.matching(DeadLetterFilter(kind: .payment))
            #expect(try await desk.abandon(selection, isDryRun: true).keys == [one.id.text])
            #expect(try stage.intent(one).state == .pending)
            #expect(try await desk.abandon(selection).outcomes == [one.id.text: .abandoned])
            #expect(try stage.intent(two).state == .pending)
        }
    }

    @Test("that is killed at any call is finished by asking again", arguments: PortTap.Moment.allCases)
    func crashes(moment: PortTap.Moment) throws {
        for number in 1...7 {
            let stage = Stage()
            try stage.run {
                let intent = try await stage.open("a", seats: ["A-1-1"], isQueued: false)
                // A worker has charged and died.
                let killed = PortTap()
                killed.setOutage("orderBook.decide", .failed)
                try await stage.send(intent.id)
                try await stage.drain(try stage.worker(killed))
                #expect(stage.gateway.accounts.captureCount(of: intent.attempt) == 1)
                let tap = PortTap(faults: [number: .crash(moment)])
                _ = await DeadLetterDesk(ports: stage.ports(tap)).abandon(intent.id.text)
                _ = await DeadLetterDesk(ports: stage.ports()).abandon(intent.id.text)
                #expect(try stage.intent(intent).state == .declined)
                #expect(stage.gateway.accounts.refundCount(of: intent.attempt) == 1)
                #expect(try await GuaranteeAudit(stage).violations == [], "\(moment) call \(number)")
            }
        }
    }

    @Test(
        "against a worker that succeeds at the same moment: one of them wins, whole",
        arguments: seeds)
    func race(seed: UInt64) throws {
        let stage = Stage(seed: seed, interleaving: seed)
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"])
            try await stage.bury(intent)
            let worker = try stage.worker()
            await worker.start()
            try await stage.clock.sleep(ms: stage.randomness.below(10))
            for _ in 0..<stage.randomness.below(12) { await Task.yield() }
            let outcome = await DeadLetterDesk(ports: stage.ports()).abandon(intent.id.text)
            #expect(try await stage.until { try await stage.isQueueEmpty() })
            await worker.stop(deadlineMs: 1_000)
            let state = try stage.intent(intent).state
            switch outcome {
            case .abandoned: #expect(state == .declined)
            case .refusedOrderExists, .alreadyEnded(.confirmed): #expect(state == .confirmed)
            default: Issue.record("\(outcome) and \(state)")
            }
            _ = try await stage.deadLetters.remove(intent.id.text)
            #expect(try await GuaranteeAudit(stage).violations == [], "seed \(seed)")
        }
    }
}
