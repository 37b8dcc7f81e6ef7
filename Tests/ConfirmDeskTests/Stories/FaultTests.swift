import HTTP
import JSON
import Telemetry
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("When something behind the desk fails", .timeLimit(.minutes(1)))
struct FaultTests {
    @Test(
        "the client hears which kind of failure it is and never that nothing was done",
        arguments: [
            (.unavailable, 503, "unavailable"), (.throttled, 503, "overloaded"),
            (.conflict, 503, "overloaded"),
            (.unknownOutcome, 503, "unavailable"), (.failed, 503, "unavailable"),
            (.rejected, 500, "internal"),
            (.corrupt, 500, "internal"),
        ] as [(PortError.Code, Int, String)])
    func ledgerErrors(code: PortError.Code, status: Int, problem: String) async {
        let desk = TestDesk()
        desk.ledger.failNextOpen(.before(code))
        let answer = await desk.buy("A-1-1", by: "ana")
        #expect(answer.status == status)
        #expect(answer.problem == problem)
        #expect((answer.header("Retry-After") != nil) == (status == 503))
        #expect(answer.header("Cache-Control") == "no-store")
        let detail = answer.json["detail"]?.string ?? ""
        #expect(!detail.lowercased().contains("nothing was done"))
        #expect(detail.contains("Idempotency-Key"))
        // The reason is the operators': with the request it belongs to, and without the payment's token.
        let line = desk.logs.lines.first { $0.contains("opening an intent failed") } ?? ""
        #expect(line.contains(answer.json["requestId"]?.string ?? "no id"))
        #expect(line.contains(code.rawValue))
        #expect(!desk.logs.lines.contains { $0.contains("tok_ok") })
        #expect(await desk.buy("A-1-1", by: "ana").status == 201)
    }

    @Test("a write whose answer is lost is found again by the same key, and stays one intent")
    func lostAnswer() async {
        let desk = TestDesk()
        desk.ledger.failNextOpen(.after(.unknownOutcome))
        #expect(await desk.buy("A-1-1", by: "ana").problem == "unavailable")
        #expect(desk.queue.sent.isEmpty)
        let answer = await desk.buy("A-1-1", by: "ana")
        #expect(answer.status == 200)
        #expect(answer.header("Idempotent-Replayed") == "true")
        #expect(desk.ledger.reference.snapshot.intent(.named(answer.intent))?.answer == answer.body)
        #expect(desk.queue.sent == [OutgoingMessage(intent: .named(answer.intent))])
        #expect(await desk.buy("A-1-1", by: "ben").problem == "seat-unavailable")
    }

    @Test("the ledger's own attempt come back is a first answer, not a replay")
    func ownAttempt() async throws {
        let desk = TestDesk()
        desk.ledger.answerWithReplayOnce()
        let answer = await desk.buy("A-1-1", by: "ana")
        #expect(answer.status == 201)
        #expect(answer.header("Idempotent-Replayed") == nil)
    }

    @Test("a purchase that cannot be queued is no success, and the same key goes on with it")
    func queueDown() async {
        let desk = TestDesk()
        desk.queue.goDown()
        let refused = await desk.buy("A-1-1", by: "ana")
        #expect(refused.status == 503)
        #expect(refused.problem == "unavailable")
        #expect(refused.header("Retry-After") == "1")
        #expect(desk.metric("ticket_confirm_queue_send_failures_total") == "1")
        // Still down: neither is the replay one.
        #expect(await desk.buy("A-1-1", by: "ana").status == 503)
        desk.queue.comeUp()
        let answer = await desk.buy("A-1-1", by: "ana")
        #expect(answer.status == 200)
        #expect(desk.ledger.reference.snapshot.allIntents.count == 1)
        #expect(Set(desk.queue.sent) == [OutgoingMessage(intent: .named(answer.intent))])
        #expect(await desk.buy("A-1-1", by: "ben").status == 409)
    }

    @Test("a replay by another process sends an open intent again, and one that has ended not")
    func replaySends() async throws {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        let elsewhere = desk.makeOtherProcess()
        #expect(await desk.buy("A-1-1", by: "ana", on: elsewhere).body == first.body)
        #expect(desk.queue.sent.count == 2)
        #expect(await desk.buy("A-1-1", by: "ana", on: elsewhere).body == first.body)
        #expect(desk.queue.sent.count == 2)
        try await desk.confirm(first.intent)
        let third = desk.makeOtherProcess()
        #expect(await desk.buy("A-1-1", by: "ana", on: third).body == first.body)
        #expect(desk.queue.sent.count == 2)
    }

    @Test("one message that the queue refuses does not fail those sent with it")
    func oneBadMessage() async {
        let desk = TestDesk()
        desk.queue.gate.close()
        let first = desk.begin(TestDesk.BuyRequest("A-1-1").by("ana"))
        await desk.until { desk.queue.gate.arrivals == 1 }
        let ben = desk.begin(TestDesk.BuyRequest("A-1-2").by("ben"))
        let cem = desk.begin(TestDesk.BuyRequest("A-1-3").by("cem"))
        await desk.until { desk.ledger.openCount == 3 }
        for _ in 0..<100 { await Task.yield() }
        let bad = desk.ledger.reference.snapshot.allIntents.first { $0.buyer == .named("ben") }
        desk.queue.reject(bad?.id.text ?? "")
        desk.queue.gate.open()
        #expect(await first.value.status == 201)
        #expect(await ben.value.status == 503)
        #expect(await cem.value.status == 201)
        #expect(desk.queue.batches.map(\.count) == [1, 2])
    }

    @Test("the catalogue's last copy is sold from for ten seconds, then nothing is")
    func catalogueDown() async {
        let desk = TestDesk()
        #expect(await desk.buy("A-1-1", by: "ana").status == 201)
        desk.catalogue.goDown()
        desk.clock.advance(ms: 9_000)
        #expect(await desk.buy("A-1-2", by: "ben").status == 201)
        #expect(await desk.health().json["dependsOn"]?["catalogue"]?.string == "failing")
        desk.clock.advance(ms: 2_000)
        let answer = await desk.buy("A-1-3", by: "cem")
        #expect(answer.status == 503)
        #expect(answer.problem == "unavailable")
        desk.catalogue.comeUp()
        desk.clock.advance(ms: 1_000)
        #expect(await desk.buy("A-1-3", by: "cem").status == 201)
        #expect(await desk.health().json["dependsOn"]?["catalogue"]?.string == "ok")
    }

    @Test("a key's record that cannot be read is no reason to say that the sale is over")
    func recordUnreadable() async {
        let desk = TestDesk()
        desk.clock.advance(to: SmallHall.opensAt.adding(seconds: 86_400))
        desk.ledger.failNextRead(.before(.unavailable))
        #expect(await desk.buy("A-1-1", by: "ana").problem == "unavailable")
        #expect(await desk.buy("A-1-1", by: "ana").problem == "sale-not-open")
    }

    @Test("a request that fails lets the next in line try")
    func nextInLine() async {
        let desk = TestDesk()
        desk.ledger.gate.close()
        desk.ledger.failNextOpen(.before(.unavailable))
        let ana = desk.begin(TestDesk.BuyRequest("A-1-1").by("ana"))
        await desk.until { desk.ledger.gate.arrivals == 1 }
        let ben = desk.begin(TestDesk.BuyRequest("A-1-1").by("ben"))
        await desk.until { desk.shared.seatLines.waitingCount == 1 }
        desk.ledger.gate.open()
        #expect(await ana.value.status == 503)
        #expect(await ben.value.status == 201)
    }

    @Test("a cancel whose answer is lost can be sent again")
    func lostCancel() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        desk.ledger.failNextCancel(.after(.unknownOutcome))
        #expect(await desk.cancel(first.intent, as: "ana").status == 503)
        #expect(await desk.cancel(first.intent, as: "ana").status == 200)
        #expect(await desk.buy("A-1-1", by: "ben").status == 201)
    }
}
