import Glibc
import OrderWorker
import Telemetry
import Testing
import Ticketing
import TicketingTesting

typealias Timestamp = Ticketing.Timestamp

/// How many seeds a test draws from: few in every run, many when `PROVE` is 1.
let seeds: ClosedRange<UInt64> =
    1...(getenv("PROVE").map { $0.pointee == UInt8(ascii: "1") } == true ? 1_000 : 30)

/// A small hall on the reference ports, with a clock and an executor that a test moves by hand.
final class Stage: Sendable {
    let hall = SmallHall()
    let clock = ManualClock()
    let executor: ManualExecutor
    let randomness: SeededRandomness
    let ledger = ReferenceLedger()
    let queue: ReferenceQueue
    let orderBook = ReferenceOrderBook()
    let deadLetters = ReferenceDeadLetters()
    let gateway: TokenGateway
    let log = CapturingLogSink()
    let metrics = MetricsRegistry()

    /// With a seed of interleavings tasks run in an order drawn from it, else in the order they came.
    init(seed: UInt64 = 1, interleaving: UInt64? = nil, queueMaxReceiveCount: Int = 20) {
        randomness = SeededRandomness(seed: seed)
        executor = ManualExecutor(randomness: interleaving.map { SeededRandomness(seed: $0) })
        queue = ReferenceQueue(clock: clock, maxReceiveCount: queueMaxReceiveCount)
        gateway = TokenGateway(clock: clock)
    }

    static let ticketKeySeed = [UInt8](repeating: 7, count: 32)

    func ports(_ tap: PortTap = PortTap(), broom: (any Broom)? = nil) -> WorkerPorts {
        WorkerPorts(
            ledger: TappedLedger(inner: ledger, tap: tap), queue: TappedQueue(inner: queue, tap: tap),
            orderBook: TappedOrderBook(inner: orderBook, tap: tap),
            deadLetters: TappedDeadLetters(inner: deadLetters, tap: tap),
            gateway: TappedGateway(inner: gateway, tap: tap), broom: broom, clock: clock,
            randomness: randomness,
            logger: Logger(service: "worker", level: .debug, sink: log), metrics: metrics)
    }

    func worker(
        _ tap: PortTap = PortTap(), settings: WorkerSettings = .embedded
    ) throws -> OrderWorker {
        try OrderWorker(
            executor: executor, ports: ports(tap), settings: settings, ticketKeySeed: Self.ticketKeySeed)
    }

    /// Runs the whole story on the manual clock; it must end within an hour of it.
    func run(_ story: @escaping @Sendable () async throws -> Void) throws {
        try executor.run(clock, deadline: clock.now().adding(ms: 3_600_000)) { try await story() }
    }

    // MARK: What a desk does

    @discardableResult
    func open(
        _ key: String, buyer: String = "ana", seats: [String], token: String = "tok_ok",
        holdMs: Int64 = SmallHall.holdMs, isQueued: Bool = true
    ) async throws -> PaymentIntent {
        let draft = IntentDraft(key, buyer: buyer, seats: seats, in: hall, at: clock.now(), holdMs: holdMs)
        let plain = draft.intent
        let intent = try PaymentIntent(
            id: plain.id, event: plain.event, buyer: plain.buyer, seats: plain.seats,
            payment: PaymentMethod(name: "sandbox", token: token), fingerprint: plain.fingerprint,
            attempt: plain.attempt, answer: plain.answer, createdAt: plain.createdAt,
            holdExpiresAt: plain.holdExpiresAt)
        let outcome = try await ledger.open(intent, seatsPerBuyer: 12, now: clock.now())
        try #require(outcome == .opened(isQueued: false))
        if isQueued { try await send(intent.id) }
        return intent
    }

    func send(_ id: IntentID, again: Int = 0) async throws {
        _ = try await queue.send([OutgoingMessage(intent: id, requeueing: again)])
    }

    /// A letter as a worker that gave up leaves it.
    func bury(_ intent: PaymentIntent, kind: FailureKind = .payment) async throws {
        try await deadLetters.bury(
            DeadLetter(
                key: intent.id.text, message: .intent(intent.id), event: intent.event, kind: kind,
                reason: "in a test", failureCount: 5, diedAt: clock.now(), redriveCount: 0))
    }

    // MARK: Looking

    var logLines: [String] { log.lines }

    /// Whether the metrics have exactly this line.
    func hasMetric(_ line: String) -> Bool {
        String(decoding: metrics.render(), as: UTF8.self).split(separator: "\n").contains { $0 == line }
    }

    func intent(_ intent: PaymentIntent) throws -> PaymentIntent {
        try #require(ledger.snapshot.intent(intent.id))
    }

    func isQueueEmpty() async throws -> Bool {
        let stats = try await queue.stats()
        return stats.visible + stats.inFlight == 0
    }

    /// Waits on the manual clock; false when it did not come true in time.
    @discardableResult
    func until(
        withinMs limitMs: Int = 600_000, everyMs: Int = 10, _ isTrue: () async throws -> Bool
    ) async throws -> Bool {
        let deadline = clock.now().adding(ms: Int64(limitMs))
        while try await !isTrue() {
            guard clock.now() < deadline else { return false }
            try await clock.sleep(ms: everyMs)
        }
        return true
    }

    /// Starts a worker, lets it work until the queue is empty, and stops it.
    func drain(_ worker: OrderWorker, withinMs limitMs: Int = 600_000) async throws {
        await worker.start()
        let isEmpty = try await until(withinMs: limitMs, everyMs: 200) { try await isQueueEmpty() }
        await worker.stop(deadlineMs: 1_000)
        #expect(isEmpty, "messages are left in the queue")
    }
}
