import EventLoop
import Synchronization
import Ticketing

/// A request that waits for something to do: it is tried in one group after the other until it has a value
/// or its deadline comes.
class PatientRequest: PendingWrite, @unchecked Sendable {
    // Sendable as `PendingWrite` is: one thread after the other.
    let deadlineNs: UInt64
    private let clock: any WallClock
    private let deadline: Timestamp

    init(waitingMs: Int, clock: any WallClock) {
        let waitingMs = max(0, waitingMs)
        deadlineNs = LoopClock.system.nowNs() + UInt64(waitingMs) * 1_000_000
        self.clock = clock
        deadline = clock.now().adding(ms: Int64(waitingMs))
        super.init(isUrgent: false)
    }

    /// A cheap look whether trying again is worth a transaction.
    func isWorthTrying(on connection: Connection) -> Bool { true }

    /// By the clock of the store, which a test may move, or by the machine's own, whichever comes first: a wall
    /// clock that is set back must not make a wait longer.
    func isOver(nowNs: UInt64) -> Bool {
        nowNs >= deadlineNs || isAbandoned.load(ordering: .acquiring) || clock.now() >= deadline
    }
}

// Sendable as `PendingWrite` is.
final class PatientWrite<Value: Sendable>: PatientRequest, @unchecked Sendable {
    typealias Body = @Sendable (Connection) throws(PortError) -> Value?
    typealias Look = @Sendable (Connection) throws(PortError) -> Bool
    typealias Continuation = UnsafeContinuation<Result<Value, PortError>, Never>

    private let whenLate: Value
    private let look: Look
    private let body: Body
    /// Nil until the caller is suspended: it may be abandoned before.
    var continuation: Continuation?
    private var value: Value?

    init(
        waitingMs: Int, clock: any WallClock, whenLate: Value, look: @escaping Look, _ body: @escaping Body
    ) {
        self.whenLate = whenLate
        self.look = look
        self.body = body
        super.init(waitingMs: waitingMs, clock: clock)
    }

    override func isWorthTrying(on connection: Connection) -> Bool { (try? look(connection)) ?? true }

    override func attempt(on connection: Connection, nowNs: UInt64) -> Progress {
        value = nil
        // Nobody would ever work on what an abandoned request takes.
        guard !isAbandoned.load(ordering: .acquiring) else { return .answered }
        do {
            value = try body(connection)
            guard value == nil, !isOver(nowNs: nowNs) else { return .answered }
            return .waiting
        } catch {
            return .failed(error)
        }
    }

    override func finish() { continuation?.resume(returning: .success(value ?? whenLate)) }

    override func fail(_ error: PortError) { continuation?.resume(returning: .failure(error)) }
}
