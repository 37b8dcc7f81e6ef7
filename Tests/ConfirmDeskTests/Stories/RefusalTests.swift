import HTTP
import JSON
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("A purchase is refused", .timeLimit(.minutes(1)))
struct RefusalTests {
    nonisolated static let badBodies: [(body: String, pointer: String)] = [
        ("", ""),
        ("nonsense", ""),
        ("[]", ""),
        ("{}", ""),
        ("{\"event\":\"small-hall\",\"seats\":[\"A-1-1\"]}", ""),
        ("{\"event\":7,\"seats\":[\"A-1-1\"],\"payment\":\(payment)}", "/event"),
        ("{\"event\":\"\",\"seats\":[\"A-1-1\"],\"payment\":\(payment)}", "/event"),
        ("{\"event\":\"a b\",\"seats\":[\"A-1-1\"],\"payment\":\(payment)}", "/event"),
        ("{\"event\":\"small-hall\",\"seats\":\"A-1-1\",\"payment\":\(payment)}", "/seats"),
        ("{\"event\":\"small-hall\",\"seats\":[],\"payment\":\(payment)}", "/seats"),
        ("{\"event\":\"small-hall\",\"seats\":[\"A-1-1\",7],\"payment\":\(payment)}", "/seats/1"),
        ("{\"event\":\"small-hall\",\"seats\":[\"A-1-1\",\"A/1\"],\"payment\":\(payment)}", "/seats/1"),
        ("{\"event\":\"small-hall\",\"seats\":[\"A-1-1\",\"A-1-1\"],\"payment\":\(payment)}", "/seats/1"),
        ("{\"event\":\"small-hall\",\"seats\":[\"A-1-1\"],\"payment\":null}", "/payment"),
        ("{\"event\":\"small-hall\",\"seats\":[\"A-1-1\"],\"payment\":{\"method\":\"sandbox\"}}", "/payment"),
        (
            "{\"event\":\"small-hall\",\"seats\":[\"A-1-1\"],\"payment\":{\"method\":\"gold\",\"token\":\"x\"}}",
            "/payment/method"
        ),
        (
            "{\"event\":\"small-hall\",\"seats\":[\"A-1-1\"],"
                + "\"payment\":{\"method\":\"sandbox\",\"token\":\"x\"}}", "/payment"
        ),
        (
            "{\"event\":\"small-hall\",\"seats\":[\"A-1-1\"],\"payment\":\(payment),\"event\":\"small-hall\"}",
            "/event"
        ),
        ("{\"event\":\"small-hall\",\"seats\":[\"A-1-1\"],\"payment\":\(payment),\"price\":1}", "/price"),
        (
            "{\"event\":\"small-hall\",\"seats\":[\"A-1-1\"],\"payment\":{\"method\":\"sandbox\","
                + "\"token\":\"tok_ok\",\"cvc\":1}}", "/payment/cvc"
        ),
        ("{\"event\":\"small-hall\",\"seats\":[\"A-1-1\"],\"payment\":\(payment)} x", ""),
        (String(repeating: "[", count: 20), ""),
    ]
    private nonisolated static let payment = "{\"method\":\"sandbox\",\"token\":\"tok_ok\"}"

    @Test("with the place in the body that is wrong", arguments: badBodies.indices)
    func badBody(index: Int) async {
        let bad = Self.badBodies[index]
        let desk = TestDesk()
        let answer = await desk.buy(TestDesk.BuyRequest(body: bad.body))
        #expect(answer.status == 400)
        #expect(answer.problem == "invalid-request")
        #expect(answer.json["pointer"]?.string == bad.pointer)
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(desk.ledger.openCount == 0)
    }

    @Test("when a name in a body of many seats comes twice, wherever that is", arguments: [1, 7, 8, 9, 200])
    func repeatedSeat(distance: Int) async {
        let seats = (0..<distance).map { "X-\($0)" } + ["X-0"]
        let answer = await TestDesk().buy(TestDesk.BuyRequest(seats: seats))
        #expect(answer.problem == "invalid-request")
        #expect(answer.json["pointer"]?.string == "/seats/\(distance)")
    }

    @Test(
        "without a media type, with another one, with two",
        arguments: [nil, "text/plain", "application/jsonx"])
    func mediaType(type: String?) async {
        var request = TestDesk.BuyRequest("A-1-1")
        request.mediaType = type
        let answer = await TestDesk().buy(request)
        #expect(answer.status == 415)
        #expect(answer.problem == "unsupported-media-type")
    }

    @Test("not for how JSON is spelled", arguments: ["Application/JSON", "application/json;charset=utf-8"])
    func mediaTypeSpellings(type: String) async {
        var request = TestDesk.BuyRequest("A-1-1")
        request.mediaType = type
        #expect(await TestDesk().buy(request).status == 201)
    }

    @Test(
        "without a key, and with one that is none",
        arguments: [
            (nil, "idempotency-key-missing"), ("", "idempotency-key-invalid"),
            ("\"\"", "idempotency-key-invalid"),
            ("a b", "idempotency-key-invalid"), ("é", "idempotency-key-invalid"),
            ("\"a", "idempotency-key-invalid"), ("\"", "idempotency-key-invalid"),
            ("\"a\"b\"", "idempotency-key-invalid"),
            (String(repeating: "k", count: 256), "idempotency-key-invalid"),
        ] as [(String?, String)])
    func keys(key: String?, problem: String) async {
        let answer = await TestDesk().buy(TestDesk.BuyRequest("A-1-1").by("ana", key: key))
        #expect(answer.status == 400)
        #expect(answer.problem == problem)
    }

    @Test("with two keys")
    func twoKeys() async {
        var request = TestDesk.BuyRequest("A-1-1")
        request.keys = ["key-1"]
        #expect(await TestDesk().buy(request).problem == "idempotency-key-invalid")
    }

    @Test("not with the longest key there may be")
    func longestKey() async {
        let key = String(repeating: "k", count: 255)
        #expect(await TestDesk().buy("A-1-1", by: "ana", key: key).status == 201)
    }

    @Test("for an event that is not there, without asking for it again and again")
    func unknownEvent() async {
        let desk = TestDesk()
        for number in 0..<20 {
            let answer = await desk.buy(TestDesk.BuyRequest(seats: ["A-1-1"], event: "no-\(number)"))
            #expect(answer.status == 404)
            #expect(answer.problem == "event-unknown")
        }
        #expect(desk.catalogue.eventReads == 1)
    }

    @Test("for seats that the map does not have, all of them named")
    func unknownSeats() async {
        let answer = await TestDesk().buy("Z-1", "A-1-1", "Z-2", by: "ana")
        #expect(answer.status == 400)
        #expect(answer.problem == "seat-unknown")
        #expect(answer.conflicts == ["Z-1 unknown", "Z-2 unknown"])
    }

    @Test("for more seats than one intent may have")
    func tooManySeats() async {
        let answer = await TestDesk().buy("A-1-1", "A-1-2", "A-1-3", "A-1-4", "A-2-1", by: "ana")
        #expect(answer.status == 400)
        #expect(answer.problem == "too-many-seats")
        #expect(answer.json["limit"] == .integer(4))
    }

    @Test("before the sale and after it, with the moment")
    func saleWindow() async {
        let early = TestDesk(at: SmallHall.opensAt.adding(ms: -1))
        let before = await early.buy("A-1-1", by: "ana")
        #expect(before.status == 403)
        #expect(before.problem == "sale-not-open")
        #expect(before.json["opensAt"]?.string == "2027-03-01T10:00:00.000Z")
        #expect(before.json["closedAt"] == nil)
        early.clock.advance(ms: 1)
        #expect(await early.buy("A-1-1", by: "ana").status == 201)

        let late = TestDesk(at: SmallHall.opensAt.adding(seconds: 86_400))
        let after = await late.buy("A-1-1", by: "ana")
        #expect(after.status == 403)
        #expect(after.json["closedAt"]?.string == "2027-03-02T10:00:00.000Z")
    }

    @Test("for more seats than a buyer may have, with the limit and what is held")
    func buyerLimit() async {
        let desk = TestDesk()
        #expect(await desk.buy("A-1-1", "A-1-2", "A-1-3", "A-1-4", by: "ana").status == 201)
        let answer = await desk.buy("A-2-1", "A-2-2", "A-2-3", by: "ana", key: "key-2")
        #expect(answer.status == 409)
        #expect(answer.problem == "buyer-limit-exceeded")
        #expect(answer.json["limit"] == .integer(6))
        #expect(answer.json["held"] == .integer(4))
        #expect(await desk.buy("A-2-1", "A-2-2", by: "ana", key: "key-3").status == 201)
    }

    @Test("for seats that are held, sold or blocked, every one of them named in the buyer's order")
    func takenSeats() async throws {
        let desk = TestDesk()
        let sold = await desk.buy("A-1-2", by: "ana")
        try await desk.confirm(sold.intent)
        _ = await desk.buy("A-1-4", by: "ben")
        desk.clock.advance(ms: 5_000)
        let answer = await desk.buy("A-1-4", "A-1-1", "A-1-2", by: "cem")
        #expect(answer.status == 409)
        #expect(answer.problem == "seat-unavailable")
        #expect(answer.conflicts == ["A-1-4 held", "A-1-2 sold"])
        desk.clock.advance(ms: 5_000)
        let blocked = await desk.buy("A-1-1", "B-1-4", "A-1-4", by: "cem")
        #expect(blocked.conflicts == ["B-1-4 blocked", "A-1-4 held"])
        #expect(desk.ledger.reference.snapshot.allIntents.count == 2)
    }

    @Test("with all that is in the way when only some of it was seen a moment ago, without a write")
    func partlySeen() async {
        let desk = TestDesk()
        let elsewhere = desk.makeOtherProcess()
        let first = await desk.buy("A-1-1", by: "ana", on: elsewhere)
        _ = await desk.buy("A-1-2", by: "ben", on: elsewhere)
        #expect(await desk.buy("A-1-1", by: "cem").conflicts == ["A-1-1 held"])
        let writes = desk.ledger.openCount
        #expect(
            await desk.buy("A-1-3", "A-1-2", "A-1-1", by: "cem").conflicts == ["A-1-2 held", "A-1-1 held"])
        #expect(desk.ledger.openCount == writes)
        // What was read is remembered, so that each of them alone costs nothing.
        let reads = desk.ledger.conflictReadCount
        #expect(await desk.buy("A-1-2", by: "cem").conflicts == ["A-1-2 held"])
        #expect(desk.ledger.conflictReadCount == reads)
        // A seat that is free again by now is in nobody's way, and what was seen of it refuses no group.
        _ = await desk.cancel(first.intent, as: "ana", on: elsewhere)
        #expect(await desk.buy("A-1-3", "A-1-1", by: "cem").status == 201)
    }

    @Test("when the seats cost more together than a payment may be")
    func amount() async {
        let desk = TestDesk()
        desk.catalogue.put(SmallHall().listing(frontPrice: Money.maxMinorUnits))
        let answer = await desk.buy("A-1-1", "A-1-2", by: "ana")
        #expect(answer.status == 400)
        #expect(answer.json["pointer"]?.string == "/seats")
        #expect(await desk.buy("A-1-1", by: "ana").status == 201)
    }

    @Test("and the refusal is not kept: the same key succeeds when the reason is gone")
    func notKept() async {
        let desk = TestDesk(at: SmallHall.opensAt.adding(ms: -1))
        #expect(await desk.buy("A-1-1", by: "ana").status == 403)
        desk.clock.advance(ms: 1)
        #expect(await desk.buy("A-1-1", by: "ana").status == 201)
    }

    @Test("and each refusal is counted under its name")
    func counted() async {
        let desk = TestDesk()
        _ = await desk.buy("Z-1", by: "ana")
        _ = await desk.buy("Z-1", by: "ana")
        #expect(desk.metric("ticket_confirm_refusals_total{reason=\"seat-unknown\"}") == "2")
    }

    @Test("on a path that is there with a method that is not, and with the methods that are")
    func method() async {
        let answer = await TestDesk().router.answer(RequestSample(.put, "/confirm/payment-intent"))
        #expect(answer.status == 405)
        #expect(answer.header("Allow") == "POST")
    }
}
