import Ticketing

/// Sends what the requests of a loop have for the queue, those that come together in one call.
///
/// A message that comes alone goes at once. While a call is under way the next messages gather; they go
/// together when it is over, or before that when they fill a batch. So a quiet desk waits for nothing, and a
/// busy one pays for a tenth of the calls. The requests do the work themselves: one of those in a batch sends
/// it.
final class OrderOutbox {
    private enum Call: Sendable {
        case sent(EntryResult)
        case failed(PortError)
        /// Send these together with your own.
        case send([Entry])
    }

    private struct Entry: Sendable {
        let message: OutgoingMessage
        let waiting: Waiting<Call>
    }

    private static let maxCalls = 8
    /// More than the server admits requests: it is never reached unless the queue hangs.
    private static let maxGathered = 8_192

    private let queue: any OrderQueue
    private let room: WaitingRoom
    private var gathered: [Entry] = []
    private var calls = 0

    init(_ queue: any OrderQueue, room: WaitingRoom) {
        self.queue = queue
        self.room = room
    }

    /// Returns when the message stands in the queue. After an error it may stand there or not: send it again.
    func send(_ message: OutgoingMessage, until deadline: Timestamp) async throws(PortError) {
        guard gathered.count < Self.maxGathered else {
            throw PortError(.throttled, "too many messages wait for the queue")
        }
        guard calls > 0 else {
            calls += 1
            return try await sendBatch(message, [])
        }
        let entry = Entry(message: message, waiting: Waiting())
        gathered.append(entry)
        if gathered.count >= queue.maxBatch { callNext() }
        guard let call = await room.wait(entry.waiting, until: deadline) else {
            gathered.removeAll { $0.waiting === entry.waiting }
            throw PortError(.unknownOutcome, "the queue has not taken the message in time")
        }
        switch call {
        case .sent(let result): try Self.check(result)
        case .failed(let error): throw error
        case .send(let others): try await sendBatch(message, others)
        }
    }

    /// Makes a call that is counted already, for the caller's message and the others.
    private func sendBatch(_ message: OutgoingMessage, _ others: [Entry]) async throws(PortError) {
        let outcome: Result<[EntryResult], PortError>
        do throws(PortError) {
            outcome = .success(try await queue.send([message] + others.map(\.message)))
        } catch {
            outcome = .failure(error)
        }
        calls -= 1
        for (index, other) in others.enumerated() {
            _ = other.waiting.end(with: Self.call(outcome, at: index + 1))
        }
        callNext()
        switch Self.call(outcome, at: 0) {
        case .sent(let result): try Self.check(result)
        case .failed(let error): throw error
        case .send: return
        }
    }

    /// Lets the one that has waited longest send a batch, if there is a call left to make. The batch is cut
    /// here, so that two who are called in the same turn do not share one.
    private func callNext() {
        while calls < Self.maxCalls, !gathered.isEmpty {
            let entry = gathered.removeFirst()
            let others = Array(gathered.prefix(max(0, queue.maxBatch - 1)))
            guard entry.waiting.end(with: .send(others)) else { continue }
            gathered.removeFirst(others.count)
            calls += 1
            return
        }
    }

    private static func call(_ outcome: Result<[EntryResult], PortError>, at index: Int) -> Call {
        switch outcome {
        case .failure(let error): .failed(error)
        case .success(let results) where index < results.count: .sent(results[index])
        case .success: .failed(PortError(.corrupt, "the queue answered for fewer messages than it was sent"))
        }
    }

    private static func check(_ result: EntryResult) throws(PortError) {
        switch result {
        case .done: return
        case .stale: throw PortError(.corrupt, "the queue called a new message stale")
        case .failed(let error): throw error
        }
    }
}
