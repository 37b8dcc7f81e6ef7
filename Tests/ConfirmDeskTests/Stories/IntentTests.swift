import HTTP
import JSON
import Telemetry
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("An intent", .timeLimit(.minutes(1)))
struct IntentTests {
    @Test("is shown as it is now, claimed ones as pending")
    func pending() async throws {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        desk.clock.advance(ms: 2_500)
        let shown = await desk.get(first.intent, as: "ana")
        #expect(shown.status == 200)
        #expect(shown.header("Cache-Control") == "no-store")
        #expect(shown.json["status"]?.string == "pending")
        #expect(shown.json["serverTime"]?.string == "2027-03-01T10:00:02.500Z")
        #expect(shown.json["expiresAt"] == first.json["expiresAt"])
        _ = try await desk.ledger.claim(.named(first.intent), now: desk.clock.now())
        #expect(await desk.get(first.intent, as: "ana").json["status"]?.string == "pending")
    }

    @Test("that is confirmed has its order with a code for every seat")
    func confirmed() async throws {
        let desk = TestDesk()
        let first = await desk.buy("A-1-2", "A-1-1", by: "ana")
        try await desk.confirm(first.intent)
        let shown = await desk.get(first.intent, as: "ana")
        #expect(shown.json["status"]?.string == "confirmed")
        let stored = try #require(desk.ledger.reference.snapshot.intent(.named(first.intent)))
        #expect(shown.json["order"]?["number"]?.string == stored.prospectiveOrder.text)
        #expect(shown.json["order"]?["tickets"]?[0]?["seat"]?.string == "A-1-2")
        #expect(shown.json["order"]?["tickets"]?[0]?["code"]?.string == "code-A-1-2")
        #expect(shown.json["order"]?["tickets"]?[1]?["seat"]?.string == "A-1-1")
        #expect(shown.json["amount"] == first.json["amount"])
    }

    @Test("whose order is not in the book is not shown as confirmed without it")
    func orderMissing() async throws {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        let id = IntentID.named(first.intent)
        _ = try await desk.ledger.claim(id, now: desk.clock.now())
        let order = try #require(try await desk.ledger.reference.intent(id)).prospectiveOrder
        _ = try await desk.ledger.settle(id, as: .confirmed(order), now: desk.clock.now())
        #expect(await desk.get(first.intent, as: "ana").problem == "internal")
        #expect(desk.logs.lines.contains { $0.contains("\"level\":\"error\"") && $0.contains(first.intent) })
    }

    @Test("of another buyer is as unknown as one that never was, to show and to cancel")
    func othersIntent() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        let answers = [
            await desk.get(first.intent, as: "ben"), await desk.get("pi_aaaa", as: "ben"),
            await desk.get("nonsense", as: "ben"), await desk.get("pi_%00", as: "ben"),
            await desk.cancel(first.intent, as: "ben"), await desk.cancel("pi_aaaa", as: "ben"),
            await desk.cancel("nonsense", as: "ben"),
        ]
        for answer in answers {
            #expect(answer.status == 404)
            #expect(answer.problem == "intent-unknown")
            #expect(answer.json["detail"] == answers[0].json["detail"])
        }
        #expect(await desk.get(first.intent, as: "ana").json["status"]?.string == "pending")
    }

    @Test("is cancelled, and cancelled again with the same answer")
    func cancelled() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", "A-1-2", by: "ana")
        for body in ["", "{}"] {
            let answer = await desk.cancel(first.intent, as: "ana", body: body)
            #expect(answer.status == 200)
            #expect(answer.json["status"]?.string == "cancelled")
            #expect(answer.json["seats"] == first.json["seats"])
            #expect(answer.json["order"] == .null)
            #expect(answer.header("Cache-Control") == "no-store")
        }
        #expect(await desk.get(first.intent, as: "ana").json["status"]?.string == "cancelled")
    }

    @Test("that is cancelled no longer counts towards the buyer's limit")
    func limitAfterCancel() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", "A-1-2", "A-1-3", "A-1-4", by: "ana")
        _ = await desk.buy("A-2-1", "A-2-2", by: "ana", key: "key-2")
        #expect(await desk.buy("A-2-3", by: "ana", key: "key-3").problem == "buyer-limit-exceeded")
        _ = await desk.cancel(first.intent, as: "ana")
        #expect(await desk.buy("A-2-3", by: "ana", key: "key-3").status == 201)
    }

    @Test("that a worker has claimed, or that has ended otherwise, is not cancelled any more")
    func notCancellable() async throws {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        _ = try await desk.ledger.claim(.named(first.intent), now: desk.clock.now())
        let claimed = await desk.cancel(first.intent, as: "ana")
        #expect(claimed.status == 409)
        #expect(claimed.problem == "intent-not-cancellable")
        #expect(claimed.json["intentStatus"]?.string == "pending")
        try await desk.confirm(first.intent)
        #expect(await desk.cancel(first.intent, as: "ana").json["intentStatus"]?.string == "confirmed")
        let second = await desk.buy("A-1-2", by: "ben")
        _ = try await desk.ledger.claim(.named(second.intent), now: desk.clock.now())
        _ = try await desk.ledger.settle(.named(second.intent), as: .declined, now: desk.clock.now())
        #expect(await desk.cancel(second.intent, as: "ben").json["intentStatus"]?.string == "declined")
    }

    @Test("is not cancelled by a request that says more than that", arguments: ["{\"why\":1}", "[]", "x"])
    func cancelBody(body: String) async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        #expect(await desk.cancel(first.intent, as: "ana", body: body).problem == "invalid-request")
        #expect(await desk.get(first.intent, as: "ana").json["status"]?.string == "pending")
    }

    @Test(
        "is cancelled without a media type, and not by what is not called JSON",
        arguments: [nil, "text/plain"])
    func cancelMediaType(type: String?) async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        let refused = await desk.cancel(first.intent, as: "ana", body: "{}", mediaType: type)
        #expect(refused.status == 415)
        #expect(refused.problem == "unsupported-media-type")
        #expect(await desk.get(first.intent, as: "ana").json["status"]?.string == "pending")
        #expect(await desk.cancel(first.intent, as: "ana", mediaType: type).status == 200)
    }

    @Test("is shown to nobody without a token, and HEAD has no body")
    func admission() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        let path = "/confirm/payment-intent/\(first.intent)"
        #expect(await desk.router.answer(RequestSample(.get, path)).problem == "token-required")
        #expect(await desk.router.answer(RequestSample(.post, path + "/cancel")).problem == "token-required")
        let head = await desk.router.answer(
            RequestSample(.head, path, headers: [("Authorization", "Bearer \(desk.token("ana"))")]))
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
    }

    @Test("cannot be read while the ledger cannot")
    func ledgerDown() async {
        let desk = TestDesk()
        let first = await desk.buy("A-1-1", by: "ana")
        desk.ledger.failNextRead(.before(.throttled))
        let answer = await desk.get(first.intent, as: "ana")
        #expect(answer.status == 503)
        #expect(answer.problem == "overloaded")
    }

    @Test("and everything else is served beside a health page that needs no token")
    func health() async {
        let desk = TestDesk()
        let answer = await desk.health()
        #expect(answer.status == 200)
        #expect(answer.json["status"]?.string == "ok")
        #expect(answer.json["service"]?.string == "ticket-confirm")
        #expect(answer.header("Cache-Control") == "no-store")
    }
}
