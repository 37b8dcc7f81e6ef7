import EventLoop
import Synchronization
import Ticketing

/// A request on its way through the writer. Its caller hears of it once, after the commit.
class PendingWrite: @unchecked Sendable {
    // Sendable although it holds plain state: the caller makes it and hands it over through the queue's
    // lock; from then on only the writer's thread touches it, save the atomic flag.
    enum Progress {
        case answered
        /// It has nothing yet and its deadline has not come: see `PatientWrite`.
        case waiting
        case failed(PortError)
    }

    let madeAtNs: UInt64
    /// A buyer waits for it: it is done before what workers ask for.
    let isUrgent: Bool
    /// Whoever asked has gone: a patient request is answered with what there is.
    let isAbandoned = Atomic<Bool>(false)

    init(isUrgent: Bool) {
        self.isUrgent = isUrgent
        madeAtNs = LoopClock.system.nowNs()
    }

    /// Does the request inside the open transaction. It may run again from the start after a rollback.
    func attempt(on connection: Connection, nowNs: UInt64) -> Progress {
        preconditionFailure("every request says what it does")
    }

    /// Answers with what the last attempt gave; called after the commit.
    func finish() { preconditionFailure("every request has an answer") }

    func fail(_ error: PortError) { preconditionFailure("every request can fail") }
}

/// The usual request: done at once, inside the next group.
final class Write<Value: Sendable>: PendingWrite, @unchecked Sendable {
    typealias Body = @Sendable (Connection) throws(PortError) -> Value
    typealias Continuation = UnsafeContinuation<Result<Value, PortError>, Never>

    private let body: Body
    private let continuation: Continuation
    private var result: Result<Value, PortError>?

    init(_ continuation: Continuation, isUrgent: Bool, _ body: @escaping Body) {
        self.continuation = continuation
        self.body = body
        super.init(isUrgent: isUrgent)
    }

    override func attempt(on connection: Connection, nowNs: UInt64) -> Progress {
        do {
            result = .success(try body(connection))
            return .answered
        } catch {
            return .failed(error)
        }
    }

    override func finish() {
        guard let result else { preconditionFailure("a request was answered before it was done") }
        continuation.resume(returning: result)
    }

    override func fail(_ error: PortError) { continuation.resume(returning: .failure(error)) }
}
