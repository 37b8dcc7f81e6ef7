import EventLoop
import Ticketing

/// A question on its way to one of the readers.
class PendingRead: @unchecked Sendable {
    // Sendable although it is a class to inherit from: its state never changes once it is made.
    func answer(from connection: Connection) { preconditionFailure("every question has an answer") }

    func fail(_ error: PortError) { preconditionFailure("every question can fail") }
}

// Sendable as `PendingRead` is.
final class Read<Value: Sendable>: PendingRead, @unchecked Sendable {
    typealias Body = @Sendable (Connection) throws(PortError) -> Value

    private let body: Body
    private let continuation: UnsafeContinuation<Result<Value, PortError>, Never>
    private let deadlineNs: UInt64

    init(
        _ continuation: UnsafeContinuation<Result<Value, PortError>, Never>, waitingMs: Int,
        _ body: @escaping Body
    ) {
        self.continuation = continuation
        self.body = body
        deadlineNs = LoopClock.system.nowNs() + UInt64(waitingMs) * 1_000_000
    }

    override func answer(from connection: Connection) {
        guard LoopClock.system.nowNs() < deadlineNs else {
            return fail(PortError(.unavailable, "the store's readers were busy for too long"))
        }
        do {
            continuation.resume(returning: .success(try body(connection)))
        } catch {
            continuation.resume(returning: .failure(error))
        }
    }

    override func fail(_ error: PortError) { continuation.resume(returning: .failure(error)) }
}

/// A thread that answers questions on a connection of its own, beside the writer and without waiting for it.
struct Reader {
    let connection: Connection
    let queue: WorkQueue<PendingRead>
    let busyTimeoutMs: Int

    /// Until the queue is closed and empty.
    func run() {
        var taken: [PendingRead] = []
        // One at a time: a long question must not keep a short one from the other readers.
        while queue.take(1, into: &taken, untilNs: .max) != .closed {
            connection.allowWaiting(forMs: busyTimeoutMs)
            for question in taken { question.answer(from: connection) }
            taken.removeAll(keepingCapacity: true)
        }
    }
}
