import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@Suite("Long work")
struct HeartbeatTests {
    private static var shortVisibility: WorkerSettings {
        var settings = WorkerSettings.embedded
        settings.visibilityMs = 500
        settings.receiveWaitMs = 100
        return settings
    }

    @Test("keeps its message: nobody else gets it meanwhile")
    func extends() throws {
        let stage = Stage()
        let tap = PortTap()
        let otherTap = PortTap()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"], token: "tok_slow")
            let worker = try stage.worker(tap, settings: Self.shortVisibility)
            await worker.start()
            try await stage.until { try stage.intent(intent).state == .claimed }
            let other = try stage.worker(otherTap, settings: Self.shortVisibility)
            await other.start()
            #expect(try await stage.until { try await stage.isQueueEmpty() })
            await worker.stop(deadlineMs: 1_000)
            await other.stop(deadlineMs: 1_000)
            #expect(tap.count(of: "queue.changeVisibility") >= 4)
            #expect(otherTap.count(of: "ledger.claim") == 0)
            #expect(try stage.intent(intent).state == .confirmed)
        }
    }

    @Test("stops before its next effect when the message has become another worker's")
    func staleReceipt() throws {
        let stage = Stage()
        let tap = PortTap()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"], token: "tok_slow")
            let worker = try stage.worker(tap, settings: Self.shortVisibility)
            await worker.start()
            try await stage.until { try stage.intent(intent).state == .claimed }
            // Its heartbeats do not get through any more.
            tap.setOutage("queue", .unavailable)
            try await stage.clock.sleep(ms: 3_000)
            #expect(tap.count(of: "gateway.charge") == 1)
            #expect(tap.count(of: "orderBook.decide") == 0)
            #expect(tap.count(of: "ledger.settle") == 0)
            await worker.stop(deadlineMs: 1_000)
            try await stage.drain(try stage.worker())
            #expect(stage.gateway.accounts.captureCount(of: intent.attempt) == 1)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("that hangs is let go in the end, and the message comes again")
    func hangs() throws {
        let stage = Stage()
        let tap = PortTap()
        try stage.run {
            try await stage.open("a", seats: ["A-1-1"], token: "tok_hangs")
            var settings = Self.shortVisibility
            settings.maxSilenceMs = 5_000
            let worker = try stage.worker(tap, settings: settings)
            await worker.start()
            try await stage.clock.sleep(ms: 4_000)
            #expect(tap.count(of: "ledger.claim") == 1)
            try await stage.clock.sleep(ms: 4_000)
            #expect(tap.count(of: "ledger.claim") == 2)
            await worker.stop(deadlineMs: 0)
        }
    }
}
