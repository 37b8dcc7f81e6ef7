import EventLoop
import HTTP
import OrderWorker
import Synchronization
import Telemetry
import Ticketing

/// The worker of a process, made on a loop of its own.
final class WorkerPart: Sendable {
    private let stores: Stores
    private let ticketKeySeed: [UInt8]
    private let logger: Logger
    private let metrics: MetricsRegistry
    private let tracer: Tracer?
    private let integritySeconds: Int
    private let isEmbedded: Bool
    /// Known once the worker is made, which is before the first route.
    private let status = Mutex<WorkerStatus?>(nil)

    init(
        stores: Stores, ticketKeySeed: [UInt8], logger: Logger, metrics: MetricsRegistry, tracer: Tracer?,
        integritySeconds: Int, isEmbedded: Bool
    ) {
        self.stores = stores
        self.ticketKeySeed = ticketKeySeed
        self.logger = logger
        self.metrics = metrics
        self.tracer = tracer
        self.integritySeconds = integritySeconds
        self.isEmbedded = isEmbedded
    }

    /// Called on a serving loop.
    func addRoutes(to context: LoopContext) {
        guard let status = status.withLock({ $0 }) else { return }
        WorkerHealthRoute.add(to: context.router, status: status)
    }

    /// Called on the loop that the worker is to have.
    func make(on loop: EventLoop) -> any BackgroundWork {
        stores.attach(loop)
        let clock = LoopWallClock(loop: loop)
        let ports = WorkerPorts(
            ledger: stores.ledger, queue: stores.queue, orderBook: stores.orders,
            deadLetters: stores.deadLetters, gateway: stores.payments(clock: clock), broom: stores.broom,
            clock: clock, randomness: stores.randomness, logger: logger, metrics: metrics, tracer: tracer)
        do throws(InvalidValue) {
            let worker = try OrderWorker(
                executor: loop, ports: ports, settings: isEmbedded ? .embedded : WorkerSettings(),
                ticketKeySeed: ticketKeySeed)
            status.withLock { $0 = worker.status }
            return RunningWorker(
                worker, Reconciler(ports: ports, settings: isEmbedded ? .embedded : ReconcilerSettings()),
                integrityWatch(clock), on: loop)
        } catch {
            preconditionFailure("the ticket key was checked when it was read")
        }
    }

    private func integrityWatch(_ clock: any WallClock) -> IntegrityWatch? {
        guard integritySeconds > 0 else { return nil }
        return IntegrityWatch(
            stores: stores, clock: clock, intervalSeconds: integritySeconds, logger: logger, metrics: metrics)
    }
}

/// A worker and its reconciler on their loop, from the start to the end.
private final class RunningWorker: BackgroundWork {
    private let worker: OrderWorker
    private let reconciler: Reconciler
    private let integrityWatch: IntegrityWatch?
    private let loop: EventLoop
    private var besides: [Task<Void, Never>] = []

    init(
        _ worker: OrderWorker, _ reconciler: Reconciler, _ integrityWatch: IntegrityWatch?, on loop: EventLoop
    ) {
        self.worker = worker
        self.reconciler = reconciler
        self.integrityWatch = integrityWatch
        self.loop = loop
    }

    func begin() {
        let (worker, reconciler, integrityWatch) = (worker, reconciler, integrityWatch)
        _ = Task(executorPreference: loop) { await worker.start() }
        besides = [
            Task(executorPreference: loop) { await reconciler.runUntilCancelled() },
            Task(executorPreference: loop) { await integrityWatch?.runUntilCancelled() },
        ]
    }

    func drain(withinMs timeoutMs: UInt64, finished: @escaping () -> Void) {
        // A pass that is cut short leaves nothing behind: the next one looks again.
        for task in besides { task.cancel() }
        let worker = worker
        let finished = LoopBound(finished, on: loop)
        _ = Task(executorPreference: loop) {
            await worker.stop(deadlineMs: Int(timeoutMs))
            finished.value()
        }
    }
}
