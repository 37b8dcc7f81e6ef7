import HTTP
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("Buyers who want the same seat", .timeLimit(.minutes(1)))
struct ContentionTests {
    @Test("2,000 of them at once: one gets it, the rest hear why, and the ledger is written to once")
    func crowd() async {
        let desk = TestDesk()
        desk.ledger.gate.close()
        let requests = (0..<2_000).map { desk.begin(TestDesk.BuyRequest("A-1-1").by("b\($0)")) }
        await desk.until { desk.shared.seatLines.waitingCount == 1_999 }
        #expect(desk.metric("ticket_confirm_contenders_waiting") == "1999")
        desk.ledger.gate.open()
        var refused = 0
        for request in requests {
            let answer = await request.value
            guard answer.status != 201 else { continue }
            #expect(answer.problem == "seat-unavailable")
            #expect(answer.conflicts == ["A-1-1 held"])
            refused += 1
        }
        #expect(refused == 1_999)
        #expect(desk.ledger.openCount == 1)
        #expect(desk.ledger.readCount == 0)
        #expect(desk.metric("ticket_confirm_contenders_waiting") == "0")
        #expect(desk.metric("ticket_confirm_negative_cache_refusals_total") == "1999")
    }

    @Test("wait for its first asker, and the next one has it when that one does not get it")
    func nextInLine() async {
        let desk = TestDesk()
        _ = await desk.buy("A-2-1", "A-2-2", "A-2-3", "A-2-4", by: "ana", key: "other")
        desk.ledger.gate.close()
        // Over her limit: the ledger refuses her, and the seats stay free.
        let ana = desk.begin(TestDesk.BuyRequest("A-1-1", "A-1-2", "A-1-3").by("ana"))
        await desk.until { desk.ledger.gate.arrivals == 2 }
        let ben = desk.begin(TestDesk.BuyRequest("A-1-1").by("ben"))
        let cem = desk.begin(TestDesk.BuyRequest("A-1-1").by("cem"))
        await desk.until { desk.shared.seatLines.waitingCount == 2 }
        desk.ledger.gate.open()
        #expect(await ana.value.problem == "buyer-limit-exceeded")
        #expect(await ben.value.status == 201)
        #expect(await cem.value.problem == "seat-unavailable")
    }

    @Test("learn together, from one question to the ledger, that another process has it")
    func takenElsewhere() async throws {
        let desk = TestDesk()
        let elsewhere = IntentDraft("elsewhere", buyer: "zoe", seats: ["A-1-1"]).intent
        _ = try await desk.ledger.reference.open(elsewhere, seatsPerBuyer: 6, now: desk.clock.now())
        desk.ledger.gate.close()
        let requests = (0..<50).map { desk.begin(TestDesk.BuyRequest("A-1-1").by("b\($0)")) }
        await desk.until { desk.shared.seatLines.waitingCount == 49 }
        desk.ledger.gate.open()
        for request in requests { #expect(await request.value.conflicts == ["A-1-1 held"]) }
        #expect(desk.ledger.openCount == 1)
        #expect(desk.ledger.readCount == 0)
    }

    @Test("among several seats never wait for each other in a ring")
    func overlapping() async {
        let desk = TestDesk()
        let randomness = SeededRandomness(seed: 7)
        let hall = ["A-1-1", "A-1-2", "A-1-3", "A-1-4", "A-2-1", "A-2-2"]
        let requests = (0..<300).map { number in
            var seats = hall
            while seats.count > 1 + randomness.below(4) { seats.remove(at: randomness.below(seats.count)) }
            if randomness.chance(50) { seats.reverse() }
            return desk.begin(TestDesk.BuyRequest(seats: seats).by("b\(number)"))
        }
        var answers: [ClientResponse] = []
        for request in requests { answers.append(await request.value) }
        let inventory = desk.ledger.reference.snapshot
        #expect(answers.count { $0.status == 201 } == inventory.allIntents.count)
        #expect(answers.allSatisfy { $0.status == 201 || $0.problem == "seat-unavailable" })
        let seats = inventory.allIntents.flatMap { $0.seats.map(\.id) }
        #expect(Set(seats).count == seats.count)
        #expect(desk.shared.seatLines.waitingCount == 0)
    }

    @Test("are sent away with the same key still good when their turn does not come in time")
    func deadline() async {
        let desk = TestDesk { $0.maxWaitMs = 2_000 }
        desk.ledger.gate.close()
        let ana = desk.begin(TestDesk.BuyRequest("A-1-1", "A-1-2").by("ana"))
        await desk.until { desk.ledger.gate.arrivals == 1 }
        // Ben is first in the line of A-1-3 while he waits for A-1-2; he must not keep it.
        let ben = desk.begin(TestDesk.BuyRequest("A-1-2", "A-1-1").by("ben"))
        let cem = desk.begin(TestDesk.BuyRequest("A-1-1").by("cem"))
        await desk.until { desk.shared.seatLines.waitingCount == 2 && desk.clock.nextWake != nil }
        await desk.advance(ms: 1_999)
        #expect(desk.shared.seatLines.waitingCount == 2)
        await desk.advance(ms: 1)
        for waiter in [await ben.value, await cem.value] {
            #expect(waiter.status == 503)
            #expect(waiter.problem == "overloaded")
            #expect(waiter.header("Retry-After") == "1")
        }
        desk.ledger.failNextOpen(.before(.unavailable))
        desk.ledger.gate.open()
        #expect(await ana.value.status == 503)
        #expect(await desk.buy("A-1-1", "A-1-2", by: "ben").status == 201)
    }

    @Test("who gave up keep no seat from others")
    func gaveUp() async {
        let desk = TestDesk { $0.maxWaitMs = 1_000 }
        desk.ledger.gate.close()
        let ana = desk.begin(TestDesk.BuyRequest("A-1-2").by("ana"))
        await desk.until { desk.ledger.gate.arrivals == 1 }
        // In seat order he is first at A-1-1 and waits at A-1-2.
        let ben = desk.begin(TestDesk.BuyRequest("A-1-2", "A-1-1").by("ben"))
        await desk.until { desk.shared.seatLines.waitingCount == 1 }
        await desk.advance(ms: 1_000)
        #expect(await ben.value.status == 503)
        let cem = desk.begin(TestDesk.BuyRequest("A-1-1").by("cem"))
        await desk.until { desk.ledger.gate.arrivals == 2 }
        desk.ledger.gate.open()
        #expect(await cem.value.status == 201)
        #expect(await ana.value.status == 201)
    }

    @Test("beyond the room there is are sent away at once")
    func noRoom() async {
        let desk = TestDesk { $0.maxContenders = 3 }
        desk.ledger.gate.close()
        let requests = (0..<4).map { desk.begin(TestDesk.BuyRequest("A-1-1").by("b\($0)")) }
        await desk.until { desk.shared.seatLines.waitingCount == 3 }
        let oneMore = await desk.buy("A-1-1", by: "zoe")
        #expect(oneMore.status == 503)
        #expect(oneMore.problem == "overloaded")
        desk.ledger.gate.open()
        for request in requests { _ = await request.value }
        #expect(await desk.buy("A-1-2", by: "zoe").status == 201)
    }

    @Test("one buyer with 50 parallel intents gets no more seats than the limit")
    func oneBuyer() async {
        let desk = TestDesk()
        let seats = ["A-1-1", "A-1-2", "A-1-3", "A-1-4", "A-2-1", "A-2-2", "A-2-3", "A-2-4"]
        let requests = (0..<50).map { number in
            desk.begin(TestDesk.BuyRequest(seats[number % 8]).by("ana", key: "key-\(number)"))
        }
        var opened = 0
        for request in requests where await request.value.status == 201 { opened += 1 }
        #expect(opened == 6)
    }
}
