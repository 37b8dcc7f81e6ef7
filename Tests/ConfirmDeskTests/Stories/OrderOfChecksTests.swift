import HTTP
import JSON
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

/// Each request here is wrong in several ways at once: in the one it is named after and in all that are looked at
/// later. The answer has to be the first.
@DeskLoop
@Suite("Of several faults the contract's first is answered:", .timeLimit(.minutes(1)))
struct OrderOfChecksTests {
    /// A desk whose sale has ended, where `A-1-1` is sold, `ana` has used `used` and `eva` has spent her rate.
    private func closedDesk() async throws -> TestDesk {
        let desk = TestDesk { settings in
            settings.requestsPerSecond = 1
            settings.requestBurst = 5
        }
        let first = await desk.buy("A-1-1", by: "ana", key: "used")
        try await desk.confirm(first.intent)
        desk.clock.advance(to: SmallHall.opensAt.adding(seconds: 86_400))
        for _ in 0..<5 { _ = await desk.buy("A-1-1", by: "eva") }
        return desk
    }

    private let seats = ["A-1-1", "A-1-2", "A-1-3", "A-1-4", "A-2-1"]

    /// Unknown event, unknown seat, too many seats, and no JSON after all.
    private func worstBody() -> TestDesk.BuyRequest {
        var request = TestDesk.BuyRequest(seats: seats + ["Z-9"], event: "nowhere")
        request.body += "]"
        return request
    }

    @Test("the media type before the token")
    func mediaType() async throws {
        var request = worstBody().by("eva", key: nil)
        request.mediaType = "text/plain"
        request.hasAuthorization = false
        #expect(try await closedDesk().buy(request).problem == "unsupported-media-type")
    }

    @Test("the token before the rate")
    func token() async throws {
        let desk = try await closedDesk()
        var request = worstBody().by("eva", key: nil)
        request.authorization = "Bearer \(desk.token("eva"))x"
        #expect(await desk.buy(request).problem == "token-invalid")
    }

    @Test("the rate before the key")
    func rate() async throws {
        #expect(try await closedDesk().buy(worstBody().by("eva", key: nil)).problem == "rate-limited")
    }

    @Test("the key before the body")
    func key() async throws {
        #expect(
            try await closedDesk().buy(worstBody().by("ana", key: nil)).problem == "idempotency-key-missing")
        #expect(
            try await closedDesk().buy(worstBody().by("ana", key: "")).problem == "idempotency-key-invalid")
    }

    @Test("the body before the event")
    func body() async throws {
        #expect(try await closedDesk().buy(worstBody().by("ana", key: "used")).problem == "invalid-request")
    }

    @Test("the event before the seats")
    func event() async throws {
        let request = TestDesk.BuyRequest(seats: seats + ["Z-9"], event: "nowhere").by("ana", key: "used")
        #expect(try await closedDesk().buy(request).problem == "event-unknown")
    }

    @Test("unknown seats before the key's record")
    func seatsKnown() async throws {
        let request = TestDesk.BuyRequest(seats: seats + ["Z-9"]).by("ana", key: "used")
        #expect(try await closedDesk().buy(request).problem == "seat-unknown")
    }

    @Test("the key's record before the end of the sale")
    func keyRecord() async throws {
        let desk = try await closedDesk()
        let reused = await desk.buy(TestDesk.BuyRequest(seats: seats).by("ana", key: "used"))
        #expect(reused.status == 422)
        #expect(reused.problem == "idempotency-key-reused")
        #expect(await desk.buy("A-1-1", by: "ana", key: "used").status == 200)
    }

    @Test("the end of the sale before the limits")
    func saleWindow() async throws {
        #expect(
            try await closedDesk().buy(TestDesk.BuyRequest(seats: seats).by("ana")).problem == "sale-not-open"
        )
    }

    @Test("the limits before the seats")
    func limits() async throws {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana", key: "used")
        try await desk.confirm(first.intent)
        desk.clock.advance(ms: 5_000)
        #expect(await desk.buy(TestDesk.BuyRequest(seats: seats).by("ben")).problem == "too-many-seats")
        _ = await desk.buy("A-2-1", "A-2-2", "A-2-3", "A-2-4", by: "ben", key: "key-2")
        desk.clock.advance(ms: 5_000)
        #expect(await desk.buy("A-1-1", "A-1-2", "A-1-3", by: "ben").problem == "buyer-limit-exceeded")
        #expect(await desk.buy("A-1-1", "A-1-2", by: "ben").problem == "seat-unavailable")
    }

    @Test("the limits before a blocked seat")
    func limitsBeforeBlocked() async {
        let desk = TestDesk()
        _ = await desk.buy("A-2-1", "A-2-2", "A-2-3", "A-2-4", by: "ben")
        let tooMuch = await desk.buy("B-1-4", "A-1-1", "A-1-2", by: "ben", key: "key-2")
        #expect(tooMuch.problem == "buyer-limit-exceeded")
        #expect(tooMuch.json["held"] == .integer(4))
        let within = await desk.buy("B-1-4", "A-1-1", by: "ben", key: "key-2")
        #expect(within.conflicts == ["B-1-4 blocked"])
        // The same key of somebody else stands for nothing, and a blocked seat is nobody's.
        #expect(await desk.buy("A-1-1", by: "ben", key: "key-2").status == 201)
    }

    @Test("a replay by a process that saw the blocked seat refused comes before it too")
    func replayElsewhere() async {
        let desk = TestDesk()
        let first = await desk.buy("B-1-1", by: "ana")
        desk.catalogue.put(SmallHall().listing(blocking: ["B-1-1"]))
        let elsewhere = desk.makeOtherProcess()
        #expect(await desk.buy("B-1-1", by: "ben", on: elsewhere).conflicts == ["B-1-1 blocked"])
        let again = await desk.buy("B-1-1", by: "ana", on: elsewhere)
        #expect(again.status == 200)
        #expect(again.body == first.body)
    }

    @Test("a replay comes before a blocked seat and too many seats, whatever the event has become")
    func replayAfterChange() async throws {
        let desk = TestDesk()
        let first = await desk.buy("B-1-1", "B-1-2", by: "ana")
        desk.catalogue.put(SmallHall().listing(blocking: ["B-1-1"], seatsPerIntent: 1))
        desk.clock.advance(ms: 3_000)
        let again = await desk.buy("B-1-1", "B-1-2", by: "ana")
        #expect(again.status == 200)
        #expect(again.body == first.body)
        #expect(await desk.buy("B-1-1", by: "ben").conflicts == ["B-1-1 blocked"])
        #expect(await desk.buy("B-1-1", "B-1-2", by: "ben").problem == "too-many-seats")
    }
}
