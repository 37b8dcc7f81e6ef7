import Synchronization
import Ticketing
import TicketingTesting

/// The reference queue behind a gate; it can be down, and remembers what it was sent.
final class FaultyQueue: OrderQueue {
    private struct State {
        var batches: [[OutgoingMessage]] = []
        var fault: PortError.Code?
        var rejects: Set<String> = []
    }

    let gate = Gate()
    private let reference: ReferenceQueue
    private let state = Mutex(State())

    init(clock: any WallClock) { reference = ReferenceQueue(clock: clock) }

    var maxBatch: Int { reference.maxBatch }
    var maxReceiveCount: Int { reference.maxReceiveCount }

    /// Every call to send, whatever came of it.
    var batches: [[OutgoingMessage]] { state.withLock { $0.batches } }
    var sent: [OutgoingMessage] { batches.flatMap { $0 } }

    func goDown(_ code: PortError.Code = .unavailable) { state.withLock { $0.fault = code } }
    func comeUp() { state.withLock { $0.fault = nil } }
    func reject(_ intent: String) { _ = state.withLock { $0.rejects.insert(intent) } }

    func send(_ messages: [OutgoingMessage]) async throws(PortError) -> [EntryResult] {
        state.withLock { $0.batches.append(messages) }
        await gate.pass()
        if let code = state.withLock({ $0.fault }) { throw PortError(code, "a fault of the test") }
        let results = try await reference.send(messages)
        let rejects = state.withLock { $0.rejects }
        return zip(messages, results).map { message, result in
            rejects.contains(message.group) ? .failed(PortError(.failed, "a fault of the test")) : result
        }
    }

    func receive(
        max: Int, waitMs: Int, visibilityMs: Int
    ) async throws(PortError) -> [ReceivedMessage] {
        try await reference.receive(max: max, waitMs: waitMs, visibilityMs: visibilityMs)
    }

    func delete(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        try await reference.delete(receipts)
    }

    func changeVisibility(_ changes: [VisibilityChange]) async throws(PortError) -> [EntryResult] {
        try await reference.changeVisibility(changes)
    }

    func stats() async throws(PortError) -> QueueStats { try await reference.stats() }

    func takeDead(max: Int, visibilityMs: Int) async throws(PortError) -> [ReceivedMessage] {
        try await reference.takeDead(max: max, visibilityMs: visibilityMs)
    }

    func deleteDead(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        try await reference.deleteDead(receipts)
    }
}
