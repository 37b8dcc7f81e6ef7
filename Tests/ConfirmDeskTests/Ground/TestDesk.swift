import HTTP
import JSON
import Telemetry
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

/// A desk in the small hall, with everything around it in memory and the time in the test's hands.
@DeskLoop
final class TestDesk {
    nonisolated static let secret = Array("a secret of thirty-two bytes and".utf8)

    let clock: ManualClock
    let ledger = FaultyLedger()
    let queue: FaultyQueue
    let orderBook = ReferenceOrderBook()
    let catalogue = FaultyCatalogue()
    let randomness: SeededRandomness
    let metrics = MetricsRegistry()
    let logs = CapturingLogSink()
    let shared: SharedDesk
    let router: Router
    private let signer: TokenSigner

    init(
        at start: Ticketing.Timestamp = SmallHall.opensAt, seed: UInt64 = 1,
        _ configure: (inout DeskSettings) -> Void = { _ in }
    ) {
        clock = ManualClock(start)
        queue = FaultyQueue(clock: clock)
        randomness = SeededRandomness(seed: seed)
        var settings = DeskSettings()
        settings.admitsGuests = true
        configure(&settings)
        catalogue.put(SmallHall().listing)
        shared = SharedDesk(settings: settings, catalogue: catalogue)
        router = Router(metrics: metrics)
        signer = TokenSigner(keys: Self.keys, clock: clock)
        makeDesk().addRoutes(to: router)
    }

    nonisolated static let keys: TokenKeys = TokenKeys(newest: TokenKey(secret: secret)!)

    var ports: DeskPorts {
        DeskPorts(
            seatLedger: ledger, orderQueue: queue, orderBook: orderBook, catalogue: catalogue, clock: clock,
            randomness: randomness)
    }

    /// The desk of one more loop of the same process.
    func makeDesk() -> ConfirmDesk {
        ConfirmDesk(
            ports: ports, shared: shared, keys: Self.keys, executor: nil, logger: logger, metrics: metrics)
    }

    /// The routes of another process of the same service: it has seen nothing yet.
    func makeOtherProcess() -> Router {
        let router = Router(metrics: metrics)
        ConfirmDesk(
            ports: ports, shared: SharedDesk(settings: shared.settings, catalogue: catalogue),
            keys: Self.keys, executor: nil, logger: logger, metrics: metrics
        ).addRoutes(to: router)
        return router
    }

    var logger: Logger { Logger(service: "test", level: .debug, sink: logs, wallClockMs: { 0 }) }

    // MARK: Requests

    func token(_ buyer: String, lifetimeSeconds: Int = 86_400) -> String {
        signer.issue(buyer: Buyer(id: .named(buyer), kind: .account), lifetimeSeconds: lifetimeSeconds).text
    }

    /// A request in which a test changes only what its story is about. Nil leaves a header out.
    struct BuyRequest: Sendable {
        var buyer = "ana"
        var key: String? = "key-1"
        var keys: [String] = []
        var authorization: String?
        var hasAuthorization = true
        var mediaType: String? = "application/json"
        var body: String

        init(_ seats: String...) { self.init(seats: seats) }

        init(seats: [String], event: String = "small-hall", token: String = "tok_ok") {
            let names = seats.map { "\"\($0)\"" }.joined(separator: ",")
            body =
                "{\"event\":\"\(event)\",\"seats\":[\(names)],"
                + "\"payment\":{\"method\":\"sandbox\",\"token\":\"\(token)\"}}"
        }

        init(body: String) { self.body = body }

        func by(_ buyer: String, key: String? = "key-1") -> BuyRequest {
            var copy = self
            copy.buyer = buyer
            copy.key = key
            return copy
        }
    }

    /// On this desk's router, or on that of another loop or process.
    func buy(_ request: BuyRequest, on router: Router? = nil) async -> ClientResponse {
        var headers: [(name: String, value: String)] = []
        if let type = request.mediaType { headers.append(("Content-Type", type)) }
        if request.hasAuthorization {
            headers.append(("Authorization", request.authorization ?? "Bearer \(token(request.buyer))"))
        }
        if let key = request.key { headers.append(("Idempotency-Key", key)) }
        for key in request.keys { headers.append(("Idempotency-Key", key)) }
        return await (router ?? self.router).answer(
            RequestSample(.post, "/confirm/payment-intent", headers: headers, body: Array(request.body.utf8)))
    }

    func buy(
        _ seats: String..., by buyer: String, key: String = "key-1", on router: Router? = nil
    ) async -> ClientResponse {
        await buy(BuyRequest(seats: seats).by(buyer, key: key), on: router)
    }

    /// Starts a purchase that will wait for something.
    func begin(_ request: BuyRequest) -> Task<ClientResponse, Never> {
        Task { @DeskLoop in await buy(request) }
    }

    func get(_ intent: String, as buyer: String) async -> ClientResponse {
        await router.answer(
            RequestSample(
                .get, "/confirm/payment-intent/\(intent)",
                headers: [("Authorization", "Bearer \(token(buyer))")]))
    }

    func cancel(
        _ intent: String, as buyer: String, body: String = "", mediaType: String? = "application/json",
        on router: Router? = nil
    ) async -> ClientResponse {
        var headers = [(name: "Authorization", value: "Bearer \(token(buyer))")]
        if let mediaType { headers.append(("Content-Type", mediaType)) }
        return await (router ?? self.router).answer(
            RequestSample(
                .post, "/confirm/payment-intent/\(intent)/cancel", headers: headers, body: Array(body.utf8)))
    }

    func askForGuest(peer: PeerAddress = .unknown, body: String = "") async -> ClientResponse {
        var sample = RequestSample(
            .post, "/confirm/buyer", headers: body.isEmpty ? [] : [("Content-Type", "application/json")],
            body: Array(body.utf8))
        sample.peer = peer
        return await router.answer(sample)
    }

    func health() async -> ClientResponse { await router.answer(RequestSample(.get, "/confirm/health")) }

    // MARK: What happens meanwhile

    /// Lets everything that can go on go on, until the condition holds. A condition that never does is a
    /// mistake that the test sees by its own expectations.
    func until(_ condition: () -> Bool) async {
        for _ in 0..<100_000 {
            if condition() { return }
            await Task.yield()
        }
    }

    /// Moves the time and lets those go on whose time is up.
    func advance(ms: Int) async {
        clock.advance(ms: ms)
        for _ in 0..<100 { await Task.yield() }
    }

    /// A worker that takes the intent up and brings it to its end.
    func confirm(_ intent: String) async throws {
        let id = IntentID.named(intent)
        _ = try await ledger.claim(id, now: clock.now())
        let stored = try #require(try await ledger.reference.intent(id))
        let order = try Order(
            number: stored.prospectiveOrder, intent: id, event: stored.event, buyer: stored.buyer,
            amount: stored.amount, paymentReference: "pay", placedAt: clock.now(),
            tickets: stored.seats.map { seat in
                Ticket(
                    code: .named("code-\(seat.id)"), seat: seat.id, section: seat.section, price: seat.price)
            })
        _ = try await orderBook.decide([
            Decision(attempt: stored.attempt, intent: id, verdict: .confirmed(order))
        ])
        _ = try await ledger.settle(id, as: .confirmed(order.number), now: clock.now())
    }

    func metric(_ name: String) -> String? {
        String(decoding: metrics.render(), as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
