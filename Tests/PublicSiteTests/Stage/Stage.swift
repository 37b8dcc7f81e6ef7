import EventLoop
import HTTP
import Telemetry
import Ticketing
import TicketingTesting

@testable import PublicSite

/// A public service on a real loop behind a real socket, with a client on the same loop.
struct Stage: Sendable {
    let house: House
    let loop: EventLoop
    let log: CapturingLogSink
    let metrics: MetricsRegistry
    private let client: LoopBound<HTTPClient>
    private let server: LoopBound<LoopServer>
    let site: LoopBound<PublicSite>

    /// Runs the test with a stage and takes the stage down, whatever comes of it.
    static func run(
        house: House = House(), settings: PublicSettings = PublicSettings(),
        _ test: (Stage) async throws -> Void
    ) async throws {
        let thread = LoopThread(name: "public-test")
        let outcome: Result<Void, any Error>
        do {
            let stage = try Stage(house: house, settings: settings, loop: thread.loop)
            do {
                try await test(stage)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            stage.takeDown()
        } catch {
            outcome = .failure(error)
        }
        thread.stopAndJoin()
        try outcome.get()
    }

    private init(house: House, settings: PublicSettings, loop: EventLoop) throws {
        let wanted = SocketAddress(host: "127.0.0.1", port: 0)!
        let listener = try TCPSocket.listen(on: wanted, backlog: 64)
        let address = try TCPSocket.localAddress(of: listener)
        let log = CapturingLogSink()
        let metrics = MetricsRegistry()
        self.house = house
        self.loop = loop
        self.log = log
        self.metrics = metrics
        (client, server, site) = loop.runAndWait {
            let logger = Logger(service: "test", level: .warning, sink: log)
            let router = Router(metrics: metrics)
            let site = PublicSite(
                ports: house.ports, executor: loop, settings: settings, logger: logger, metrics: metrics)
            site.addRoutes(to: router)
            // The machine's own deadlines must not end a test on a busy machine.
            var serverSettings = ServerSettings()
            serverSettings.handlerTimeoutMs = 120_000
            var clientSettings = ClientSettings()
            clientSettings.requestTimeoutMs = 120_000
            let server = LoopServer(
                loop: loop, settings: serverSettings, router: router, load: ServerLoad(), metrics: metrics,
                logger: logger)
            server.serve(listener)
            let client = HTTPClient(loop: loop, address: address, settings: clientSettings)
            return (LoopBound(client, on: loop), LoopBound(server, on: loop), LoopBound(site, on: loop))
        }
    }

    private func takeDown() {
        let (client, server) = (client, server)
        loop.runAndWait {
            client.value.close()
            server.value.closeAll()
        }
    }

    func get(
        _ target: String, _ headers: [(name: String, value: String)] = [], method: HTTP.Method = .get
    ) async throws -> ClientResponse {
        let client = client
        let request = ClientRequest(method, target, headers: headers)
        return try await Task(executorPreference: loop) { try await client.value.send(request) }.value
    }

    /// Looks at the service itself, on its loop.
    func look<Value: Sendable>(_ body: @escaping @Sendable (PublicSite) -> Value) -> Value {
        let site = site
        return loop.runAndWait { body(site.value) }
    }

    /// Waits for something that happens on the loop by itself. Bounded by a count and not by a clock.
    func until(_ condition: @escaping @Sendable (PublicSite) -> Bool) async throws {
        for count in 0..<20_000 {
            if look(condition) { return }
            // On a crowded machine the others need the thread for longer than a turn.
            if count < 1_000 { await Task.yield() } else { try await Task.sleep(for: .milliseconds(1)) }
        }
        throw NeverHappened()
    }

    struct NeverHappened: Error {}
}

extension ClientResponse {
    var tag: String { header("ETag") ?? "" }
}
