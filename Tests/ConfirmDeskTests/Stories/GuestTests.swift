import EventLoop
import HTTP
import JSON
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("A guest", .timeLimit(.minutes(1)))
struct GuestTests {
    private static let faraway = PeerAddress(SocketAddress(host: "203.0.113.7", port: 1)!)
    private static let neighbour = PeerAddress(SocketAddress(host: "203.0.113.8", port: 1)!)
    private static let here = PeerAddress(SocketAddress(host: "127.0.0.1", port: 1)!)

    @Test("gets a name and a token that is good for 24 hours")
    func token() async {
        let desk = TestDesk()
        let answer = await desk.askForGuest(peer: Self.faraway)
        #expect(answer.status == 201)
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.json["buyer"]?.string?.hasPrefix("b_") == true)
        #expect(answer.json["buyer"]?.string?.utf8.count == 28)
        #expect(answer.json["expiresAt"]?.string == "2027-03-02T10:00:00.000Z")
        var request = TestDesk.BuyRequest("A-1-1")
        request.authorization = "Bearer \(answer.json["token"]?.string ?? "")"
        let bought = await desk.buy(request)
        #expect(bought.status == 201)
        let stored = desk.ledger.reference.snapshot.intent(.named(bought.intent))
        #expect(stored?.buyer.text == answer.json["buyer"]?.string)
    }

    @Test("is another one each time")
    func different() async {
        let desk = TestDesk()
        var names: Set<String> = []
        for _ in 0..<20 { names.insert(await desk.askForGuest(body: "{}").json["buyer"]?.string ?? "") }
        #expect(names.count == 20)
    }

    @Test("is not admitted where guests are off")
    func off() async {
        let answer = await TestDesk { $0.admitsGuests = false }.askForGuest()
        #expect(answer.status == 403)
        #expect(answer.problem == "guests-off")
    }

    @Test("has to wait when the address has had its share of this minute; this machine has not")
    func limited() async {
        let desk = TestDesk { $0.guestsPerMinute = 3 }
        for _ in 0..<3 { #expect(await desk.askForGuest(peer: Self.faraway).status == 201) }
        let answer = await desk.askForGuest(peer: Self.faraway)
        #expect(answer.status == 429)
        #expect(answer.problem == "rate-limited")
        #expect(answer.header("Retry-After") == "5")
        #expect(await desk.askForGuest(peer: Self.neighbour).status == 201)
        for _ in 0..<10 { #expect(await desk.askForGuest(peer: Self.here).status == 201) }
        desk.clock.advance(ms: 20_000)
        #expect(await desk.askForGuest(peer: Self.faraway).status == 201)
        #expect(await desk.askForGuest(peer: Self.faraway).status == 429)
    }

    @Test("asks with nothing, or with an empty object", arguments: ["{\"name\":\"x\"}", "[]", "nonsense"])
    func body(body: String) async {
        let answer = await TestDesk().askForGuest(body: body)
        #expect(answer.status == 400)
        #expect(answer.problem == "invalid-request")
    }

    @Test("who sends a body says that it is JSON")
    func mediaType() async {
        let sample = RequestSample(.post, "/confirm/buyer", body: Array("{}".utf8))
        #expect(await TestDesk().router.answer(sample).problem == "unsupported-media-type")
    }
}
