import JSON
import Telemetry
import Ticketing

/// Drains the queue: claims, takes payment, writes the order, settles the seats, deletes the message.
///
/// It lives on one loop: the executor it is handed runs all of it, so its state needs no lock. Messages are
/// worked on side by side, one task each; a slow payment holds up nobody. Who wants more than one loop's
/// worth starts another worker.
package actor OrderWorker {
    nonisolated let ports: WorkerPorts
    nonisolated let settings: WorkerSettings
    nonisolated package let status: WorkerStatus
    private nonisolated let executor: any SerialExecutor & TaskExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let metrics: WorkerMetrics
    var ticketCodes: TicketCodes
    var inHand = MessagesInHand()
    var circuits: [Dependency: Circuit]
    /// Scouts that wait for their next probe, so that the end need not wait for them.
    var scoutWaits: [Dependency: Task<Void, Never>] = [:]
    let claimLine: SlotLine
    let paymentLine: SlotLine
    let settlementLine: SlotLine

    var decisions: Gathering<PendingDecision>
    var decisionBatchesInFlight = 0
    var isDecisionDue = false
    var deletions: Gathering<PendingDeletion>
    var returns: Gathering<PendingReturn>

    /// Messages that receives under way may still bring.
    var roomReserved = 0
    var receiversWaiting: [CheckedContinuation<Void, Never>] = []
    var receiversRunning = 0
    /// While a circuit is open: when the next message may be received.
    var wakeTimer: Task<Void, Never>?
    var tasks: [Task<Void, Never>] = []
    var receiverTasks: [Task<Void, Never>] = []

    var isStopping = false
    var hasGivenUp = false
    var drainWaiting: [CheckedContinuation<Void, Never>] = []

    /// Refused when the ticket key is not 32 bytes.
    package init(
        executor: any SerialExecutor & TaskExecutor, ports: WorkerPorts, settings: WorkerSettings,
        ticketKeySeed: [UInt8]
    ) throws(InvalidValue) {
        ticketCodes = try TicketCodes(seed: ticketKeySeed)
        self.executor = executor
        self.ports = ports
        self.settings = settings
        status = WorkerStatus(clock: ports.clock)
        metrics = WorkerMetrics(ports.metrics, status: status)
        circuits = Dictionary(
            Dependency.allCases.map { ($0, Circuit(probing: settings.outages)) },
            uniquingKeysWith: { first, _ in first })
        claimLine = SlotLine(slots: settings.maxConcurrentClaims)
        paymentLine = SlotLine(slots: settings.maxConcurrentPayments)
        settlementLine = SlotLine(slots: settings.maxConcurrentSettlements)
        decisions = Gathering(maxBatch: settings.maxDecisionBatch)
        deletions = Gathering(maxBatch: ports.queue.maxBatch)
        returns = Gathering(maxBatch: ports.queue.maxBatch)
    }

    /// Begins to receive. It goes on until `stop`.
    package func start() {
        precondition(tasks.isEmpty && !isStopping, "a worker starts once")
        status.update { $0.phase = .receiving }
        receiversRunning = settings.receivers
        for _ in 0..<settings.receivers {
            receiverTasks.append(begin { worker in await worker.receiveUntilStopped() })
        }
        tasks.append(begin { worker in await worker.beatUntilCancelled() })
        tasks.append(begin { worker in await worker.watchLagUntilCancelled() })
    }

    /// Receives nothing more, gives back what is not started, and lets the rest come to its end. What is
    /// left at the deadline is given back as it is: each step is safe to repeat.
    package func stop(deadlineMs: Int) async {
        let isFirst = !isStopping
        if isFirst { beginStopping() }
        let timer = begin { worker in
            guard (try? await worker.ports.clock.sleep(ms: deadlineMs)) != nil else { return }
            await worker.giveUpDraining()
        }
        if !isDrained {
            await withCheckedContinuation { drainWaiting.append($0) }
        }
        timer.cancel()
        wakeTimer?.cancel()
        for task in tasks { task.cancel() }
        guard isFirst else { return }
        status.update { $0.phase = .stopped }
        ports.logger.info("worker stopped") { $0.member("leftInHand", inHand.count) }
    }

    /// A task of this worker. It prefers the loop too, not only its actor: what asks no actor, as parts of
    /// the standard library do, would leave the loop for the global pool otherwise.
    @discardableResult
    func begin(_ work: @escaping @Sendable (isolated OrderWorker) async -> Void) -> Task<Void, Never> {
        Task(executorPreference: executor) { await work(self) }
    }

    private func beginStopping() {
        isStopping = true
        status.update { $0.phase = .draining }
        ports.logger.info("worker draining") { $0.member("inHand", inHand.count) }
        for task in receiverTasks { task.cancel() }
        // Who has not entered has not started: their messages go back now.
        claimLine.close()
        for wait in scoutWaits.values { wait.cancel() }
        wakeReceivers()
    }

    private func giveUpDraining() async {
        let left = inHand.good
        ports.logger.warning("worker gave up draining") { $0.member("givenBack", left.count) }
        let receipts = left.reversed().compactMap { inHand[$0]?.message.receipt }
        inHand.loseAll()
        for batch in receipts.chunks(of: ports.queue.maxBatch) {
            _ = try? await ports.queue.release(Array(batch))
        }
        hasGivenUp = true
        endDrainIfEmpty()
    }

    var isDrained: Bool { hasGivenUp || (inHand.count == 0 && receiversRunning == 0) }

    func endDrainIfEmpty() {
        guard isStopping, isDrained else { return }
        for continuation in drainWaiting { continuation.resume() }
        drainWaiting = []
    }
}

extension Array {
    /// In order, each at most so long.
    func chunks(of length: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: length).map { self[$0..<Swift.min($0 + length, count)] }
    }
}
