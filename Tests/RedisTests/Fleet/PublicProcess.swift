import EventLoop
import HTTP
import PublicSite
import Telemetry
import Ticketing
import TicketingTesting

@testable import Redis

/// A public service as one process of a fleet has it: a loop, its own connection to Redis, and the source.
struct PublicProcess: Sendable {
    let loop: EventLoop
    let cache: RedisCache
    private let router: LoopBound<Router>

    static let target = "/public/events/small-hall/availability"

    /// Several of them over one Redis and one ledger, for as long as the test runs.
    static func runFleet(
        of count: Int, redis url: String, _ settings: RedisSettings, ttlMs: Int, sourceTakesMs: UInt64,
        _ test: ([PublicProcess], WatchedLedger) async throws -> Void
    ) async throws {
        let hosts = (0..<count).map { LoopRoom("fleet-\($0)") }
        let ledger = WatchedLedger(takingMs: sourceTakesMs, clock: LoopTime(loop: hosts[0].loop))
        let catalogue = ReferenceCatalogue(ledger: ledger.reference)
        _ = try await catalogue.importListing(SmallHall().listing, now: SmallHall.opensAt)
        let outcome: Result<Void, any Error>
        do {
            let processes = try hosts.map { host in
                try PublicProcess(host.loop, url, settings, ttlMs: ttlMs, ledger, catalogue)
            }
            do { outcome = .success(try await test(processes, ledger)) } catch { outcome = .failure(error) }
            for process in processes { process.cache.close() }
        } catch {
            outcome = .failure(error)
        }
        for host in hosts { host.close() }
        try outcome.get()
    }

    private init(
        _ loop: EventLoop, _ url: String, _ settings: RedisSettings, ttlMs: Int, _ ledger: WatchedLedger,
        _ catalogue: ReferenceCatalogue
    ) throws {
        let randomness = MachineChance()
        let cache = try RedisCache(url: RedisURL(url), settings: settings, loop: loop, randomness: randomness)
        let clock = LoopTime(loop: loop)
        let ports = PublicPorts(
            catalogue: catalogue, ledger: ledger, orders: ReferenceOrderBook(),
            queue: ReferenceQueue(clock: clock),
            cache: cache, clock: clock, randomness: randomness)
        self.loop = loop
        self.cache = cache
        router = loop.runAndWait {
            let metrics = MetricsRegistry()
            let router = Router(metrics: metrics)
            var settings = PublicSettings()
            settings.cacheTTLMs = ttlMs
            PublicSite(
                ports: ports, executor: loop, settings: settings,
                logger: Logger(service: "test", level: .error, sink: CapturingLogSink()), metrics: metrics
            ).addRoutes(to: router)
            return LoopBound(router, on: loop)
        }
    }

    /// The status of one answer, and when the source was read for it.
    func ask(_ target: String = target) async -> (status: Int, asOf: String?) {
        let router = router
        return await Task(executorPreference: loop) {
            let answer = await router.value.answer(RequestSample(.get, target))
            return (answer.status, answer.header("As-Of"))
        }.value
    }
}

/// A loop whose thread is joined at the end.
final class LoopRoom {
    let loop: EventLoop
    private var thread: LoopThread?

    init(_ name: String) {
        let thread = LoopThread(name: name)
        loop = thread.loop
        self.thread = consume thread
    }

    func close() {
        loop.runAndWait {}
        thread.take()?.stopAndJoin()
    }
}

struct MachineChance: Randomness {
    func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
