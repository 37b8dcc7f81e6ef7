import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@Suite("A message that never works")
struct PoisonTests {
    @Test("is dead after five tries, with its reason, and its neighbours do not notice")
    func brokenToken() throws {
        let stage = Stage()
        try stage.run {
            let broken = try await stage.open("b", buyer: "bo", seats: ["A-1-1"], token: "tok_broken")
            let good = try await stage.open("g", seats: ["A-1-2"])
            let tap = PortTap()
            try await stage.drain(try stage.worker(tap))
            #expect(try stage.intent(good).state == .confirmed)
            #expect(try stage.intent(broken).status == .pending)
            let letter = try #require(try await stage.deadLetters.letter(broken.id.text))
            #expect(letter.kind == .payment)
            #expect(letter.failureCount == 5)
            #expect(letter.reason.contains("the token never works"))
            #expect(letter.event == broken.event)
            #expect(try await stage.deadLetters.failureCounts(of: broken.id.text) == [.payment: 5])
            #expect(stage.hasMetric("ticket_worker_failures_total{kind=\"payment\"} 5"))
            #expect(stage.hasMetric("ticket_worker_dead_letters_total{kind=\"payment\"} 1"))
            #expect(try await GuaranteeAudit(stage, deadKeys: [broken.id.text]).violations == [])
        }
    }

    @Test("comes again after a jittered time that grows from 200 ms")
    func backsOff() throws {
        let stage = Stage()
        try stage.run {
            try await stage.open("b", seats: ["A-1-1"], token: "tok_broken")
            let start = stage.clock.now()
            try await stage.drain(try stage.worker())
            // At most 200 + 400 + 800 + 1,600 ms, and a little for lingering and polling.
            #expect(stage.clock.now().ms(since: start) < 3_600)
            #expect(stage.clock.now().ms(since: start) > 100)
        }
    }

    @Test("nobody can read is kept as it came")
    func unreadable() throws {
        let stage = Stage()
        try stage.run {
            _ = try await stage.queue.send([
                OutgoingMessage(.unreadable("{\"v\":9"), group: "odd", deduplicationID: "1")
            ])
            try await stage.drain(try stage.worker())
            let letter = try #require(try await stage.deadLetters.letters(.all, after: nil, limit: 9).first)
            #expect(letter.message == .unreadable("{\"v\":9"))
            #expect(letter.kind == .unreadableMessage)
            #expect(letter.event == nil)
        }
    }

    @Test("names an intent that the ledger does not have")
    func unknownIntent() throws {
        let stage = Stage()
        try stage.run {
            try await stage.send(.named("pi_nobody"))
            try await stage.drain(try stage.worker())
            #expect(try await stage.deadLetters.letter("pi_nobody")?.kind == .unknownIntent)
        }
    }

    @Test("is deleted only after its letter is written", arguments: PortTap.Moment.allCases)
    func letterFirst(moment: PortTap.Moment) throws {
        let stage = Stage()
        try stage.run {
            let broken = try await stage.open("b", seats: ["A-1-1"], token: "tok_broken")
            for number in 1...40 {
                let tap = PortTap(faults: [number: .crash(moment)])
                try await CrashPointTests.runUntilKilled(try stage.worker(tap), tap, stage)
                let isKept = try await stage.deadLetters.letter(broken.id.text) != nil
                let isQueued = try await !stage.isQueueEmpty()
                #expect(isKept || isQueued, "killed \(moment) call \(number)")
            }
        }
    }
}
