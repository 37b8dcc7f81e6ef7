import HTTP
import JSON
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("A hold", .timeLimit(.minutes(1)))
struct HoldTests {
    @Test("keeps the seat from everybody until it ends, and from nobody after that")
    func ends() async {
        let desk = TestDesk()
        #expect(await desk.buy("A-1-1", by: "ana").status == 201)
        desk.clock.advance(ms: 599_999)
        #expect(await desk.buy("A-1-1", by: "ben").conflicts == ["A-1-1 held"])
        desk.clock.advance(ms: 1)
        #expect(await desk.buy("A-1-1", by: "ben").status == 201)
    }

    @Test("refuses the others for a second without asking the ledger, then with one question a second")
    func negativeCache() async {
        let desk = TestDesk()
        _ = await desk.buy("A-1-1", by: "ana")
        for number in 0..<10 { #expect(await desk.buy("A-1-1", by: "b\(number)").status == 409) }
        #expect(desk.ledger.openCount == 1)
        desk.clock.advance(ms: 999)
        #expect(await desk.buy("A-1-1", by: "ben").status == 409)
        #expect(desk.ledger.openCount == 1)
        desk.clock.advance(ms: 1)
        #expect(await desk.buy("A-1-1", by: "ben").status == 409)
        #expect(await desk.buy("A-1-1", by: "cem").status == 409)
        #expect(desk.ledger.openCount == 2)
    }

    @Test("that another process made refuses as well, and never beyond its end")
    func madeElsewhere() async throws {
        let desk = TestDesk()
        let elsewhere = IntentDraft("elsewhere", buyer: "zoe", seats: ["A-1-1"], holdMs: 300).intent
        _ = try await desk.ledger.reference.open(elsewhere, seatsPerBuyer: 6, now: desk.clock.now())
        #expect(await desk.buy("A-1-1", by: "ana").status == 409)
        desk.clock.advance(ms: 299)
        #expect(await desk.buy("A-1-1", by: "ana").status == 409)
        #expect(await desk.buy("A-1-1", by: "ben").conflicts == ["A-1-1 held"])
        #expect(desk.ledger.openCount == 1)
        #expect(desk.ledger.readCount == 0)
        desk.clock.advance(ms: 1)
        #expect(await desk.buy("A-1-1", by: "ana").status == 201)
    }

    @Test("does not refuse its own buyer's retries, whatever was seen meanwhile")
    func ownReplay() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        #expect(await desk.buy("A-1-1", by: "ana").body == first.body)
        desk.clock.advance(ms: 2_000)
        #expect(await desk.buy("A-1-1", by: "ben").status == 409)
        #expect(await desk.buy("A-1-1", by: "ana").body == first.body)
        #expect(await desk.buy("A-1-1", by: "ana", key: "key-2").status == 409)
    }

    @Test("of the next buyer does not refuse a retry of the one who cancelled")
    func cancelledReplay() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        #expect(await desk.cancel(first.intent, as: "ana").status == 200)
        #expect(await desk.buy("A-1-1", by: "ben").status == 201)
        let replay = await desk.buy("A-1-1", by: "ana")
        #expect(replay.status == 200)
        #expect(replay.body == first.body)
        // Who never had it is refused as before, without a question to the ledger.
        let readCount = desk.ledger.readCount
        #expect(await desk.buy("A-1-1", by: "cem").status == 409)
        #expect(desk.ledger.readCount == readCount)
    }

    @Test("of another process does not refuse that buyer's retry here")
    func replayFromElsewhere() async throws {
        let here = TestDesk()
        let sold = await here.buy("A-1-1", by: "ana")
        try await here.confirm(sold.intent)
        here.clock.advance(ms: 2_000)
        let router = here.makeOtherProcess()
        #expect(await here.buy("A-1-1", by: "ben", on: router).conflicts == ["A-1-1 sold"])
        let replay = await here.buy("A-1-1", by: "ana", on: router)
        #expect(replay.status == 200)
        #expect(replay.body == sold.body)
        #expect(await here.buy("A-1-1", by: "cem", on: router).conflicts == ["A-1-1 sold"])
        #expect(here.ledger.openCount == 2)
    }

    @Test("that is cancelled frees its seats at once, for a buyer at any loop of the process")
    func cancelled() async {
        let desk = TestDesk()
        let other = Router(metrics: desk.metrics)
        desk.makeDesk().addRoutes(to: other)
        let first = await desk.buy("A-1-1", "A-1-2", by: "ana")
        #expect(await desk.buy("A-1-1", by: "ben").status == 409)
        #expect(await desk.cancel(first.intent, as: "ana").status == 200)
        #expect(await desk.buy("A-1-1", by: "ben", on: other).status == 201)
        #expect(await desk.buy("A-1-2", by: "cem").status == 201)
    }

    @Test("that is cancelled while another is being refused is not remembered as taken")
    func cancelledMeanwhile() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        desk.clock.advance(ms: 2_000)
        desk.ledger.answerGate.close()
        let ben = desk.begin(TestDesk.BuyRequest("A-1-1").by("ben"))
        await desk.until { desk.ledger.answerGate.arrivals == 2 }
        #expect(await desk.cancel(first.intent, as: "ana").status == 200)
        desk.ledger.answerGate.open()
        #expect(await ben.value.status == 409)
        #expect(await desk.buy("A-1-1", by: "cem").status == 201)
    }

    @Test("cancelled a second time leaves the next buyer's hold as it is")
    func cancelledTwice() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        _ = await desk.cancel(first.intent, as: "ana")
        _ = await desk.buy("A-1-1", by: "ben")
        #expect(await desk.cancel(first.intent, as: "ana").status == 200)
        let opens = desk.ledger.openCount
        #expect(await desk.buy("A-1-1", by: "cem").status == 409)
        #expect(desk.ledger.openCount == opens)
    }

    @Test("begins when the ledger is asked, not when its request came")
    func beginsLate() async {
        let desk = TestDesk()
        desk.ledger.gate.close()
        desk.ledger.failNextOpen(.before(.unavailable))
        let ana = desk.begin(TestDesk.BuyRequest("A-1-1").by("ana"))
        await desk.until { desk.ledger.gate.arrivals == 1 }
        let ben = desk.begin(TestDesk.BuyRequest("A-1-1").by("ben"))
        await desk.until { desk.shared.seatLines.waitingCount == 1 }
        desk.clock.advance(ms: 1_500)
        desk.ledger.gate.open()
        #expect(await ana.value.status == 503)
        let answer = await ben.value
        #expect(answer.status == 201)
        #expect(answer.json["expiresAt"]?.string == "2027-03-01T10:10:01.500Z")
    }
}
