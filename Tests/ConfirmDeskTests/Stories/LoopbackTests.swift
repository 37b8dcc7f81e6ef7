import EventLoop
import HTTP
import JSON
import Telemetry
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

/// The desk behind a real server, on a real loop, asked over sockets.
@Suite("Over a socket", .timeLimit(.minutes(1)))
struct LoopbackTests {
    private struct Answers: Sendable {
        var statuses: [Int] = []
        var bodies: Set<[UInt8]> = []
        var problems: Set<String> = []
    }

    /// Starts a server with a desk of its own, runs the story on the server's loop, and stops it all.
    private func onLoop<Result: Sendable>(
        ledger: ReferenceLedger,
        _ story: @escaping @Sendable (HTTPClient, TokenSigner) async throws -> Result
    ) async throws -> Result {
        let thread = LoopThread(name: "desk")
        let loop = thread.loop
        let ending: Swift.Result<Result, any Error>
        do {
            ending = .success(
                try await Task(executorPreference: loop) { () async throws -> Result in
                    let clock = ManualClock()
                    let catalogue = FaultyCatalogue()
                    catalogue.put(SmallHall().listing)
                    let ports = DeskPorts(
                        seatLedger: ledger, orderQueue: ReferenceQueue(clock: clock),
                        orderBook: ReferenceOrderBook(), catalogue: catalogue, clock: clock,
                        randomness: SeededRandomness(seed: 1))
                    let metrics = MetricsRegistry()
                    let logger = Logger(service: "test", level: .error, sink: CapturingLogSink())
                    let desk = ConfirmDesk(
                        ports: ports,
                        shared: SharedDesk(settings: DeskSettings(), catalogue: catalogue),
                        keys: TestDesk.keys, executor: loop, logger: logger, metrics: metrics)
                    let router = Router(metrics: metrics)
                    desk.addRoutes(to: router)
                    let server = LoopServer(
                        loop: loop, settings: ServerSettings(), router: router, load: ServerLoad(),
                        metrics: metrics, logger: logger)
                    let listener = try TCPSocket.listen(
                        on: SocketAddress(host: "127.0.0.1", port: 0)!, backlog: 1_024)
                    server.serve(listener)
                    let client = HTTPClient(loop: loop, address: try TCPSocket.localAddress(of: listener))
                    defer {
                        client.close()
                        server.closeAll()
                    }
                    return try await story(client, TokenSigner(keys: TestDesk.keys, clock: clock))
                }.value)
        } catch {
            ending = .failure(error)
        }
        thread.stopAndJoin()
        return try ending.get()
    }

    private static func request(_ signer: TokenSigner, buyer: String, key: String) -> ClientRequest {
        let token = signer.issue(buyer: Buyer(id: .named(buyer), kind: .guest), lifetimeSeconds: 60).text
        return ClientRequest(
            .post, "/confirm/payment-intent",
            headers: [
                ("Content-Type", "application/json"), ("Authorization", "Bearer \(token)"),
                ("Idempotency-Key", key),
            ], body: Array(TestDesk.BuyRequest("A-1-1", "A-1-2").body.utf8))
    }

    /// Sends them all before the first answer can be read.
    private static func sendAll(_ requests: [ClientRequest], by client: HTTPClient) async -> Answers {
        await withCheckedContinuation { continuation in
            var answers = Answers()
            for request in requests {
                client.send(request) { result in
                    switch result {
                    case .failure: answers.statuses.append(0)
                    case .success(let answer):
                        answers.statuses.append(answer.status)
                        if answer.status < 300 { answers.bodies.insert(answer.body) }
                        if let problem = answer.problem { answers.problems.insert(problem) }
                    }
                    if answers.statuses.count == requests.count { continuation.resume(returning: answers) }
                }
            }
        }
    }

    @Test("one key sent 200 times at once makes one intent and the same bytes")
    func sameKey() async throws {
        let ledger = ReferenceLedger()
        let answers = try await onLoop(ledger: ledger) { client, signer in
            let request = Self.request(signer, buyer: "ana", key: "key-1")
            return await Self.sendAll(Array(repeating: request, count: 200), by: client)
        }
        #expect(answers.statuses.count { $0 == 201 } == 1)
        #expect(answers.statuses.count { $0 == 200 } == 199)
        #expect(answers.bodies.count == 1)
        #expect(ledger.snapshot.allIntents.count == 1)
    }

    @Test("500 buyers of two seats get one intent, and the others the reason")
    func crowd() async throws {
        let ledger = ReferenceLedger()
        let answers = try await onLoop(ledger: ledger) { client, signer in
            let requests = (0..<500).map { Self.request(signer, buyer: "b\($0)", key: "same") }
            return await Self.sendAll(requests, by: client)
        }
        #expect(answers.statuses.count { $0 == 201 } == 1)
        #expect(answers.statuses.count { $0 == 409 } == 499)
        #expect(answers.problems == ["seat-unavailable"])
        #expect(ledger.snapshot.allIntents.count == 1)
    }
}
