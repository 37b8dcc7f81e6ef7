import CLinux
import EventLoop
import HTTP

/// One loop's part of a run: begins every request when it is due, whatever became of those before it, and counts what
/// comes back. Latency counts from the moment the request was due, so a server that stalls and a generator that falls
/// behind both show.
final class LoadLane: TimerTarget {
    /// A request on its way.
    struct Flight {
        var operation = Operation.event
        var dueNs: UInt64 = 0
        var event = 0
        var identity = PurchaseIdentity(number: 0, event: 0, buyer: 0, seats: 0..<1)
        /// When it really was sent, or a moment before: late when the generator is.
        var begunNs: UInt64 = 0
        /// The purchase in memory that it is about.
        var about = -1
        /// Of a purchase that its buyer will cancel.
        var isToCancel = false
    }

    let loop: EventLoop
    let plan: LanePlan
    let publicClient: HTTPClient
    let confirmClient: HTTPClient
    var book: RequestBook { plan.book }
    let drawing: OperationDraw
    var choice: SeatChoice
    var schedule: ArrivalSchedule
    var tally = Tally()
    var result = LaneResult()
    /// A few of the seats that were bought in this slice: no page may show them as free from now on.
    var taken: [TakenSeats] = []
    /// The version seen last, by event.
    var versions: [[UInt8]]
    var flights: [Flight] = []
    private var exchanges: [Exchange] = []
    private var free: [Int] = []
    private var outstanding = 0
    private var sliceIndex = 0
    private var slicing: SliceTimer?
    private var sliceTimer: TimerID?
    private(set) var cancels: DueCancels?
    /// When the last step is over.
    let endNs: UInt64
    private let cpuAtStart: UInt64
    private let deliver: (LaneSlice) -> Void
    private let finished: (LaneResult) -> Void
    private let probes: ((ArrivalSchedule.Arrival, LoadLane) -> Void)?
    private var isFinished = false

    /// More at once, and the answers that have come would wait.
    private static let maxArrivalsPerTurn = 256

    init(
        loop: EventLoop, plan: LanePlan, probes: ((ArrivalSchedule.Arrival, LoadLane) -> Void)?,
        deliver: @escaping (LaneSlice) -> Void, finished: @escaping (LaneResult) -> Void
    ) {
        self.loop = loop
        self.plan = plan
        self.probes = probes
        self.deliver = deliver
        self.finished = finished
        var settings = ClientSettings()
        settings.maxConnections = plan.scenario.connections
        settings.maxWaiting = 1_000_000
        settings.requestTimeoutMs = UInt64(plan.scenario.timeoutMs)
        publicClient = HTTPClient(loop: loop, address: plan.target.publicAddress, settings: settings)
        confirmClient = HTTPClient(loop: loop, address: plan.target.confirmAddress, settings: settings)
        drawing = OperationDraw(plan.scenario, queueIsReachable: plan.queueIsReachable && probes != nil)
        choice = SeatChoice(plan.scenario.purchases, shard: plan.shard)
        schedule = ArrivalSchedule(
            startNs: plan.startNs, plan: plan.scenario.ratePlan, pattern: plan.scenario.arrivals,
            seed: plan.scenario.seed, shard: plan.shard)
        endNs = plan.startNs + UInt64(plan.scenario.ratePlan.seconds * 1e9)
        versions = plan.sale.events.map { _ in [] }
        result.latencyByOperation = Operation.allCases.map { _ in LatencyHistogram() }
        cpuAtStart = clinux_thread_cpu_ns()
    }

    func begin() {
        slicing = SliceTimer(lane: self)
        cancels = DueCancels(lane: self)
        armSlice()
        timerFired()
    }

    func timerFired() {
        let nowNs = loop.readClockNs()
        var left = Self.maxArrivalsPerTurn
        while left > 0, let arrival = schedule.takeDue(nowNs: nowNs) {
            left -= 1
            tally.offered += 1
            tally.lateness.record(nanoseconds: nowNs - arrival.dueNs)
            send(arrival, nowNs: nowNs)
        }
        guard let nextNs = schedule.nextDueNs else { return finishIfDone() }
        guard left > 0 else { return loop.runLater { [self] in timerFired() } }
        _ = loop.arm(self, atNs: nextNs)
    }

    /// Nothing new is begun; what is on its way comes to its end.
    func endEarly() {
        let wasExhausted = schedule.isExhausted
        schedule.cut()
        cancels?.drop()
        // No arrival comes to see that this was all.
        if wasExhausted { finishIfDone() }
    }

    // MARK: Flights

    func takeFlight(_ flight: Flight) -> Exchange {
        outstanding += 1
        let index: Int
        if let last = free.popLast() {
            index = last
            flights[index] = flight
        } else {
            index = flights.count
            flights.append(flight)
            let exchange = Exchange(taker: self)
            exchange.tag = index
            exchanges.append(exchange)
        }
        flights[index].begunNs = loop.nowNs
        let exchange = exchanges[index]
        exchange.bytes.removeAll(keepingCapacity: true)
        return exchange
    }

    func release(_ exchange: Exchange) {
        free.append(exchange.tag)
        outstanding -= 1
        finishIfDone()
    }

    /// A probe is no request to a server: it goes through the queue's own port.
    func sendProbe(_ arrival: ArrivalSchedule.Arrival) {
        outstanding += 1
        probes?(arrival, self)
    }

    func probeEnded(dueNs: UInt64, isDone: Bool) {
        record(.probe, dueNs: dueNs, grade: isDone ? .good : .failed)
        outstanding -= 1
        finishIfDone()
    }

    func record(_ operation: Operation, dueNs: UInt64, grade: Grade?) {
        let latencyNs = loop.readClockNs() - dueNs
        tally.latency.record(nanoseconds: latencyNs)
        result.latencyByOperation[operation.rawValue].record(nanoseconds: latencyNs)
        tally.operations.note(operation, grade)
    }

    // MARK: Slices and the end

    fileprivate func sliceEnded() {
        guard !isFinished else { return }
        deliverSlice()
        armSlice()
    }

    private func armSlice() {
        guard let slicing else { return }
        let lengthNs = UInt64(plan.scenario.sliceMs) * 1_000_000
        sliceTimer = loop.arm(slicing, atNs: plan.startNs + UInt64(sliceIndex + 1) * lengthNs)
    }

    private func deliverSlice() {
        deliver(
            LaneSlice(
                index: sliceIndex, tally: tally,
                waiting: publicClient.waitingRequests + confirmClient.waitingRequests, taken: taken))
        sliceIndex += 1
        tally = Tally()
        taken = []
    }

    private func finishIfDone() {
        guard schedule.isExhausted, outstanding == 0, cancels?.isEmpty != false, !isFinished else { return }
        isFinished = true
        deliverSlice()
        result.cpuNs = clinux_thread_cpu_ns() - cpuAtStart
        result.endedAtNs = loop.readClockNs()
        // Not from within a client's own call.
        loop.runLater { [self] in
            publicClient.close()
            confirmClient.close()
            // Each holds its lane.
            exchanges = []
            slicing = nil
            cancels = nil
            // The loop goes on for a while, and the lane may be gone when the slice would have ended.
            if let sliceTimer { loop.cancel(sliceTimer) }
            finished(result)
        }
    }
}

/// Ends a lane's slices. It holds its lane: they let go of each other when the lane has finished.
private final class SliceTimer: TimerTarget {
    private let lane: LoadLane

    init(lane: LoadLane) { self.lane = lane }

    func timerFired() { lane.sliceEnded() }
}
