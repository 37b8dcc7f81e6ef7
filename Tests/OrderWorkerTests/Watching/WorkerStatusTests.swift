import JSON
import Testing
import Ticketing
import TicketingTesting

@testable import OrderWorker

@Suite("What a worker shows of itself")
struct WorkerStatusTests {
    @Test("lag, messages in hand, what it settled and how fast")
    func status() throws {
        let stage = Stage()
        try stage.run {
            let slow = try await stage.open("s", buyer: "bo", seats: ["A-1-1"], token: "tok_slow")
            try await stage.open("q", seats: ["A-1-2"])
            try await stage.clock.sleep(ms: 5_000)
            let worker = try stage.worker()
            await worker.start()
            try await stage.clock.sleep(ms: 1_000)
            let status = worker.status.snapshot
            #expect(status.phase == .receiving)
            #expect(status.inHand == 1)
            #expect(status.settled == 1)
            #expect(status.lagMs == 5_000)
            #expect(stage.hasMetric("ticket_worker_in_hand 1"))
            try await stage.until { try stage.intent(slow).state == .confirmed }
            try await stage.clock.sleep(ms: 3_000)
            #expect(worker.status.snapshot.lagMs == nil)
            #expect(worker.status.snapshot.settledPerSecond > 0)
            #expect(stage.hasMetric("ticket_worker_settled_total{state=\"confirmed\"} 2"))
            await worker.stop(deadlineMs: 1_000)
        }
    }

    @Test("as JSON: ok, degraded while something is down, stopping at the end")
    func health() {
        var snapshot = WorkerStatus.Snapshot()
        snapshot.phase = .receiving
        snapshot.failures = [.payment: 2]
        #expect(text(snapshot).hasPrefix("{\"status\":\"ok\",\"service\":\"ticket-worker\""))
        #expect(text(snapshot).contains("\"lagMs\":null"))
        #expect(text(snapshot).contains("\"failures\":{\"payment\":2}"))
        snapshot.circuits[.payments] = .open
        #expect(text(snapshot).hasPrefix("{\"status\":\"degraded\""))
        #expect(text(snapshot).contains("\"payments\":\"open\""))
        snapshot.phase = .draining
        #expect(text(snapshot).hasPrefix("{\"status\":\"stopping\""))
    }

    private func text(_ snapshot: WorkerStatus.Snapshot) -> String {
        String(decoding: WorkerHealthRoute.body(snapshot), as: UTF8.self)
    }

    @Test("a rate counts the last full seconds and forgets what is older")
    func rate() {
        var window = RateWindow()
        let start = SmallHall.opensAt
        for second in 0..<9 { window.count(10, at: start.adding(seconds: second)) }
        #expect(window.perSecond(at: start.adding(seconds: 9)) == 10)
        #expect(window.perSecond(at: start.adding(seconds: 12)) < 10)
        #expect(window.perSecond(at: start.adding(seconds: 3_600)) == 0)
    }
}
