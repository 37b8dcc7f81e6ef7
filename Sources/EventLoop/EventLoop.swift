import CLinux
import Glibc
import Synchronization

/// One thread, one epoll, one executor: everything that belongs to a core lives and runs here.
///
/// A turn of the loop: run what is ready, flush what was gathered, wait for sockets, serve them, fire timers.
/// Each step is bounded, so that neither sockets nor jobs nor timers can starve the others.
///
// Sendable although it holds plain state: `inbox`, `threadID` and `isStopping` may be used by any thread,
// `own` only by the loop's thread, which `preconditionIsCurrent` checks where a caller could be wrong.
package final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    package let name: String
    package let clock: LoopClock
    private let waking: WakingPrecision
    private let inbox = Inbox()
    private let threadID = Atomic<UInt64>(0)
    private let isStopping = Atomic<Bool>(false)
    private var own = ThreadBound()
    /// Set by `init` and never again.
    private var isolation: LoopIsolation?

    /// What only the loop's thread touches.
    private struct ThreadBound {
        let epoll = clinux_epoll_create()
        var ready = WorkQueue()
        /// What waits for the next turn, so that sockets and timers are served in between.
        var later: [LoopWork] = []
        var atEndOfTurn: [() -> Void] = []
        var timers = TimerQueue()
        var nowNs: UInt64 = 0
        /// Sources that ended in this batch: kept until its end, because a later event of the batch may
        /// still carry their address.
        var retired: [Unmanaged<EventSource>] = []
    }

    /// More jobs than this in one go, and a socket would wait behind them.
    private static let maxWorkPerTurn = 1_024
    /// Fewer behind one socket's event: the next socket of the same batch is waiting.
    private static let maxWorkPerEvent = 128
    private static let maxTimersPerTurn = 1_024
    private static let maxEventsPerTurn = 256
    /// Even a loop with nothing to do looks at its clock this often.
    private static let longestWaitNs: Int64 = 60_000_000_000

    package init(name: String, clock: LoopClock = .system, waking: WakingPrecision = .millisecond) {
        self.name = name
        self.clock = clock
        self.waking = waking
        precondition(own.epoll >= 0, "no descriptor left for a loop")
        own.nowNs = clock.nowNs()
        isolation = LoopIsolation(of: self)
        clinux_epoll_add(own.epoll, inbox.wakeDescriptor, EventSet.readable.rawValue, 0)
    }

    deinit { close(own.epoll) }

    // MARK: From any thread

    /// True on the loop's own thread.
    package var isCurrent: Bool { threadID.load(ordering: .relaxed) == clinux_thread_self() }

    package func preconditionIsCurrent() {
        precondition(isCurrent, "this belongs to the loop \(name) and was touched from another thread")
    }

    /// Runs the closure on the loop, later: never inside this call.
    package func execute(_ body: sending @escaping () -> Void) {
        if isCurrent { own.ready.append(.closure(body)) } else { inbox.send(.closure(body)) }
    }

    /// Runs the closure in the next turn, when the other sockets and timers have had theirs: for whoever has used
    /// up its share of this one. The caller is on the loop, so the closure may hold what belongs to it.
    package func runLater(_ body: @escaping () -> Void) {
        preconditionIsCurrent()
        own.later.append(.closure(body))
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent { own.ready.append(.job(job)) } else { inbox.send(.job(job)) }
    }

    func enqueueIsolated(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent { own.ready.append(.isolatedJob(job)) } else { inbox.send(.isolatedJob(job)) }
    }

    package func wake() { inbox.wake() }

    /// Makes `run` return after the turn it is in.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        inbox.wake()
    }

    // MARK: On the loop

    /// The time at which this turn's events came, without a call to the kernel.
    package var nowNs: UInt64 { own.nowNs }

    /// Reads the clock again, for a measurement that must not be a turn old.
    package func readClockNs() -> UInt64 { clock.nowNs() }

    /// True on the loop's thread, and before `run` for whoever builds the loop.
    private var mayTouch: Bool { isCurrent || threadID.load(ordering: .relaxed) == 0 }

    package func watch(_ source: EventSource, for events: EventSet) -> Bool {
        assert(mayTouch)
        let address = Unmanaged.passRetained(source)
        let token = UInt64(UInt(bitPattern: address.toOpaque()))
        guard clinux_epoll_add(own.epoll, source.descriptor, events.rawValue, token) == 0 else {
            address.release()
            return false
        }
        source.watchBegan()
        return true
    }

    /// Call it before closing the descriptor. The source lives on until the end of the turn.
    package func unwatch(_ source: EventSource) {
        assert(mayTouch)
        guard source.isWatched else { return }
        clinux_epoll_remove(own.epoll, source.descriptor)
        source.watchEnded()
        own.retired.append(Unmanaged.passUnretained(source))
    }

    package func arm(_ target: any TimerTarget, atNs deadlineNs: UInt64) -> TimerID {
        assert(mayTouch)
        return own.timers.arm(target, atNs: deadlineNs)
    }

    package func cancel(_ timer: TimerID) {
        assert(mayTouch)
        own.timers.cancel(timer)
    }

    package func move(_ timer: TimerID, toNs deadlineNs: UInt64) -> Bool {
        assert(mayTouch)
        return own.timers.move(timer, toNs: deadlineNs)
    }

    /// How many timers are still to come.
    var armedTimers: Int { own.timers.count }

    /// Runs the closure once, after this turn's jobs: where pipelines gather a turn's commands and send them
    /// in one write.
    package func atEndOfTurn(_ body: @escaping () -> Void) {
        assert(mayTouch)
        own.atEndOfTurn.append(body)
    }

    /// Serves until `stop`. The calling thread is the loop's thread from here on.
    package func run() {
        threadID.store(clinux_thread_self(), ordering: .releasing)
        if waking == .exact { clinux_wake_exactly() }
        // The loop may have been made long ago, and the first jobs set deadlines.
        own.nowNs = clock.nowNs()
        withUnsafeTemporaryAllocation(of: clinux_event.self, capacity: Self.maxEventsPerTurn) { events in
            while !isStopping.load(ordering: .acquiring) { turn(events.baseAddress!) }
        }
        releaseEverything()
        threadID.store(0, ordering: .releasing)
    }

    private func turn(_ events: UnsafeMutablePointer<clinux_event>) {
        gatherWork()
        runReady(atMost: Self.maxWorkPerTurn)
        flushEndOfTurn()
        let count = clinux_epoll_wait(
            own.epoll, events, Int32(Self.maxEventsPerTurn), hasWork ? 0 : waitNs())
        precondition(count >= 0, "epoll failed: \(String(cString: strerror(errno)))")
        own.nowNs = clock.nowNs()
        for index in 0..<Int(count) { serve(events[index]) }
        fireTimers()
        releaseRetired()
    }

    private func gatherWork() {
        inbox.takeAll(into: &own.ready)
        guard !own.later.isEmpty else { return }
        var later = own.later
        own.later = []
        own.ready.append(&later)
    }

    private func serve(_ event: clinux_event) {
        guard let address = UnsafeRawPointer(bitPattern: UInt(event.token)) else {
            clinux_eventfd_drain(inbox.wakeDescriptor)
            return
        }
        let source = Unmanaged<EventSource>.fromOpaque(address)
        source._withUnsafeGuaranteedRef { source in
            guard source.isWatched else { return }
            source.becameReady(EventSet(rawValue: event.events))
        }
        // What this socket's request asked for leaves before the next socket is read.
        runReady(atMost: Self.maxWorkPerEvent)
    }

    private var hasWork: Bool { !own.ready.isEmpty || !own.later.isEmpty || !own.atEndOfTurn.isEmpty }

    private func runReady(atMost limit: Int) {
        var left = limit
        while left > 0, let work = own.ready.popFirst() {
            left -= 1
            switch work {
            case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
            case .isolatedJob(let job):
                job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            case .closure(let body): body()
            }
        }
    }

    private func flushEndOfTurn() {
        guard !own.atEndOfTurn.isEmpty else { return }
        let gathered = own.atEndOfTurn
        own.atEndOfTurn = []
        for body in gathered { body() }
    }

    private func fireTimers() {
        var fired = 0
        while fired < Self.maxTimersPerTurn, let target = own.timers.popDue(nowNs: own.nowNs) {
            fired += 1
            target.timerFired()
        }
    }

    private func waitNs() -> Int64 {
        guard inbox.fallAsleep() else { return 0 }
        guard case .system = clock else { return own.timers.nextDeadlineNs.map(manualWaitNs) ?? -1 }
        guard let deadlineNs = own.timers.nextDeadlineNs else { return Self.longestWaitNs }
        let nowNs = clock.nowNs()
        guard deadlineNs > nowNs else { return 0 }
        return waking.waitNs(forNs: min(deadlineNs - nowNs, UInt64(Self.longestWaitNs)))
    }

    private func manualWaitNs(_ deadlineNs: UInt64) -> Int64 { deadlineNs <= clock.nowNs() ? 0 : -1 }

    private func releaseRetired() {
        guard !own.retired.isEmpty else { return }
        let retired = own.retired
        own.retired.removeAll(keepingCapacity: true)
        for source in retired { source.release() }
    }

    /// Work that is still queued after `stop` runs, so that no task is left hanging; bounded, because a job
    /// may ask for the next for ever. Sources are ended by their owners.
    private func releaseEverything() {
        for _ in 0..<16 {
            gatherWork()
            guard hasWork else { break }
            runReady(atMost: Self.maxWorkPerTurn)
            flushEndOfTurn()
        }
        releaseRetired()
    }
}

extension EventLoop {
    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        guard let isolation else { preconditionFailure("a loop without a home for actors") }
        return isolation.asUnownedSerialExecutor()
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    package func checkIsolated() { preconditionIsCurrent() }

    package func isIsolatingCurrentContext() -> Bool? { isCurrent }
}
