import EventLoop
import Ticketing

/// The one thread that writes: it takes what has been asked for, does it in one transaction, commits, and
/// only then answers.
///
/// A request that fails without having written is answered alone. One that fails half way takes the group's
/// transaction with it; then every request of the group runs again in a transaction of its own, so that the
/// bad one fails and its neighbours do not. That is rare, and so costs less than a savepoint for each.
///
/// A buyer waits for an answer, a worker's next step does not mind a few milliseconds. So each group does what
/// buyers wait for first, and of the rest as much as its time allows.
final class Writer {
    /// Messages of other processes and ends of visibility are noticed so late at most.
    private static let pollNs: UInt64 = 20_000_000
    /// From this size of the last group on, the next is given time to gather.
    private static let busyGroupSize = 8
    private static let maxPatientRequests = 256
    /// Of the workers' requests each group does so many, however many buyers wait: they must not starve.
    private static let minBackgroundRequests = 16

    private let connection: Connection
    private let queue: WorkQueue<PendingWrite>
    private let checkpoints: CheckpointDesk
    private let counters: StoreCounters
    private let settings: StoreSettings
    private let clock = LoopClock.system

    private var arrived: [PendingWrite] = []
    private var urgent: [PendingWrite] = []
    private var background: [PendingWrite] = []
    private var patient: [PatientRequest] = []
    private var group: [PendingWrite] = []
    private var lastGroupSize = 0
    private var lastCommitNs: UInt64 = 0

    init(
        _ connection: Connection, queue: WorkQueue<PendingWrite>, checkpoints: CheckpointDesk,
        counters: StoreCounters, settings: StoreSettings
    ) {
        self.connection = connection
        self.queue = queue
        self.checkpoints = checkpoints
        self.counters = counters
        self.settings = settings
    }

    /// Until the queue is closed and empty.
    func run() {
        while nextArrival() != .closed {
            finishOverdueRequests()
            checkpoints.finish(on: connection)
            guard takenCount > 0 || patient.contains(where: { $0.isWorthTrying(on: connection) }) else {
                continue
            }
            commitGroup()
        }
        for request in patient { request.finish() }
        patient = []
        connection.checkpointBeforeClosing()
    }

    private func nextArrival() -> WorkQueue<PendingWrite>.Arrival {
        if lastGroupSize >= Self.busyGroupSize {
            queue.gather(
                settings.maxGroupRequests,
                untilNs: lastCommitNs + UInt64(settings.gatherMicroseconds) * 1_000)
        }
        // What is taken and not yet done counts towards the limit of what may wait.
        let room = settings.maxQueuedRequests - takenCount
        guard room > 0 else { return .work }
        let deadlineNs: UInt64 =
            if takenCount > 0 {
                0
            } else if let first = patient.map(\.deadlineNs).min() {
                min(first, clock.nowNs() + Self.pollNs)
            } else {
                .max
            }
        let arrival = queue.take(room, into: &arrived, untilNs: deadlineNs)
        for request in arrived {
            if request.isUrgent { urgent.append(request) } else { background.append(request) }
        }
        arrived.removeAll(keepingCapacity: true)
        return takenCount == 0 ? arrival : .work
    }

    private var takenCount: Int { urgent.count + background.count }

    private func finishOverdueRequests() {
        guard !patient.isEmpty else { return }
        let nowNs = clock.nowNs()
        patient.removeAll { request in
            guard request.isOver(nowNs: nowNs) else { return false }
            request.finish()
            return true
        }
    }

    // MARK: A group

    private func commitGroup() {
        defer { lastCommitNs = clock.nowNs() }
        connection.allowWaiting(forMs: settings.busyTimeoutMs)
        do {
            try connection.beginWriting()
        } catch {
            return failEverythingTaken(error.code == .conflict ? lockedByOthers(error) : error)
        }
        let isWhole = runGroup()
        lastGroupSize = group.count
        guard isWhole else { return runSeparately() }
        commit()
    }

    /// False when the transaction is lost.
    private func runGroup() -> Bool {
        group.removeAll(keepingCapacity: true)
        let endNs = clock.nowNs() + UInt64(settings.maxGroupMicroseconds) * 1_000
        var nowNs = clock.nowNs()
        let urgentCount = min(urgent.count, settings.maxGroupRequests)
        guard runTaken(&urgent, atLeast: 1, atMost: urgentCount, &nowNs, endNs: endNs) else { return false }
        let backgroundCount = max(Self.minBackgroundRequests, settings.maxGroupRequests - group.count)
        guard
            runTaken(
                &background, atLeast: Self.minBackgroundRequests, atMost: backgroundCount, &nowNs,
                endNs: endNs)
        else { return false }
        // After the others: what they have just put into the queue is given out in the same commit.
        let waiting = patient
        patient.removeAll(keepingCapacity: true)
        for (index, request) in waiting.enumerated() {
            guard request.isWorthTrying(on: connection) else {
                patient.append(request)
                continue
            }
            guard run(request, nowNs: nowNs) else {
                patient.append(contentsOf: waiting[(index + 1)...])
                return false
            }
        }
        return true
    }

    /// Runs the oldest of the lane and takes them out of it. False when the transaction is lost.
    private func runTaken(
        _ lane: inout [PendingWrite], atLeast least: Int, atMost most: Int, _ nowNs: inout UInt64,
        endNs: UInt64
    ) -> Bool {
        var next = 0
        defer { lane.removeFirst(next) }
        while next < min(lane.count, most), next < least || nowNs < endNs {
            let request = lane[next]
            next += 1
            guard run(request, nowNs: nowNs) else { return false }
            nowNs = clock.nowNs()
        }
        return true
    }

    /// Does one request inside the group's transaction. False when the transaction is lost.
    private func run(_ request: PendingWrite, nowNs: UInt64) -> Bool {
        guard !isTooOld(request, nowNs: nowNs) else { return true }
        let changesBefore = connection.totalChangedRowCount
        switch request.attempt(on: connection, nowNs: nowNs) {
        case .answered: group.append(request)
        case .waiting: keepWaiting(request)
        case .failed(let error):
            guard connection.isInTransaction, connection.totalChangedRowCount == changesBefore else {
                group.append(request)
                return false
            }
            request.fail(error)
        }
        return true
    }

    private func isTooOld(_ request: PendingWrite, nowNs: UInt64) -> Bool {
        guard nowNs > request.madeAtNs + UInt64(settings.busyTimeoutMs) * 1_000_000,
            !(request is PatientRequest)
        else { return false }
        request.fail(PortError(.unavailable, "the store's writer was busy for too long"))
        return true
    }

    private func keepWaiting(_ request: PendingWrite) {
        guard let request = request as? PatientRequest, patient.count < Self.maxPatientRequests else {
            return request.fail(PortError(.throttled, "too many callers wait for a message"))
        }
        patient.append(request)
    }

    private func commit() {
        let logPagesBefore = connection.logPageCount
        do {
            try connection.commit()
        } catch {
            connection.rollBack()
            for request in group { request.fail(uncertain(error)) }
            group.removeAll()
            return
        }
        for request in group { request.finish() }
        counters.noteCommit(
            requestCount: group.count, logPages: connection.logPageCount, before: logPagesBefore)
        group.removeAll(keepingCapacity: true)
        checkpoints.noteLogPages(connection.logPageCount)
    }

    // MARK: When something went wrong

    private func runSeparately() {
        connection.rollBack()
        counters.noteSeparateRun()
        let requests = group
        for request in requests {
            group.removeAll(keepingCapacity: true)
            do {
                try connection.beginWriting()
            } catch {
                request.fail(error)
                continue
            }
            switch request.attempt(on: connection, nowNs: clock.nowNs()) {
            case .answered:
                group.append(request)
                commit()
            case .waiting:
                keepWaiting(request)
                commit()
            case .failed(let error):
                connection.rollBack()
                request.fail(error)
            }
        }
        group.removeAll(keepingCapacity: true)
    }

    private func failEverythingTaken(_ error: PortError) {
        for request in urgent + background { request.fail(error) }
        urgent.removeAll()
        background.removeAll()
    }

    private func lockedByOthers(_ error: PortError) -> PortError {
        PortError(
            .unavailable, "another process has kept the store locked for \(settings.busyTimeoutMs) ms",
            cause: error.cause)
    }

    /// A log that was written but could not be synced may still be found after a crash.
    private func uncertain(_ error: PortError) -> PortError {
        PortError(.unknownOutcome, "a commit to the store failed", cause: error.cause ?? error)
    }
}
