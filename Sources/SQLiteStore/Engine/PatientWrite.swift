import EventLoop
import Synchronization
import Ticketing

/// A request that waits for something to do: it is tried in one group after the other until it has a value
/// or its deadline comes.
class PatientRequest: PendingWrite, @unchecked Sendable {
    // Sendable as `PendingWrite` is: one thread after the other.
    let deadlineNs: UInt64

    init(waitingMs: Int) {
        deadlineNs = LoopClock.system.nowNs() + UInt64(max(0, waitingMs)) * 1_000_000
    }

    /// A cheap look whether trying again is worth a transaction.
    func isWorthTrying(on connection: Connection) -> Bool { true }

    func isOver(nowNs: UInt64) -> Bool { nowNs >= deadlineNs || isAbandoned.load(ordering: .acquiring) }
}

final class PatientWrite<Value: Sendable>: PatientRequest, @unchecked Sendable {
    // Sendable as `PendingWrite` is.
    typealias Body = @Sendable (Connection) throws(PortError) -> Value?
    typealias Look = @Sendable (Connection) throws(PortError) -> Bool
    typealias Continuation = UnsafeContinuation<Result<Value, PortError>, Never>

    private let whenLate: Value
    private let look: Look
    private let body: Body
    /// Nil until the caller is suspended: it may be abandoned before.
    var continuation: Continuation?
    private var value: Value?

    init(waitingMs: Int, whenLate: Value, look: @escaping Look, _ body: @escaping Body) {
        self.whenLate = whenLate
        self.look = look
        self.body = body
        super.init(waitingMs: waitingMs)
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
