/// What one receive asks for.
struct ReceiveRequest {
    var limit = 1
    var visibilityMs: Int64 = 30_000
    var attempt: Text?
    var inFlightLimit = FIFOLimits.inFlight
    /// Which of a message's own attributes the answer has.
    var attributes: Set<String> = []
}

/// What SQS allows.
enum FIFOLimits {
    static let inFlight = 120_000
    static let batchEntries = 10
    static let batchBytes = 1_048_576
    static let maxVisibilityMs: Int64 = 43_200_000
    /// Between two purges, and between the deletion of a queue and a new one of that name.
    static let pauseMs: Int64 = 60_000
}

/// Receives by their ReceiveRequestAttemptId: one whose answer was lost is asked for again and gives the same
/// messages with the same handles, unless something was done with one of them meanwhile.
struct ReceiveAttempts {
    private struct Attempt {
        let received: [ReceivedMessage]
        let visibilityNumbers: [Int]
        let untilMs: Int64
    }

    private var attempts: [Text: Attempt] = [:]
    private static let windowMs: Int64 = 300_000
    private static let sweepCount = 4_096

    mutating func remember(_ id: Text, _ received: [ReceivedMessage], nowMs: Int64) {
        if attempts.count >= Self.sweepCount { attempts = attempts.filter { $0.value.untilMs > nowMs } }
        attempts[id] = Attempt(
            received: received, visibilityNumbers: received.map(\.message.visibilityNumber),
            untilMs: nowMs + Self.windowMs)
    }

    /// The messages of that attempt, if all of them are as it left them.
    mutating func find(_ id: Text, visibilityMs: Int64, nowMs: Int64) -> [ReceivedMessage]? {
        guard let attempt = attempts[id], attempt.untilMs > nowMs else { return nil }
        let isUntouched = zip(attempt.received, attempt.visibilityNumbers).allSatisfy { received, number in
            received.message.isInFlight && received.message.receipt == received.handle.receipt
                && received.message.visibilityNumber == number
        }
        guard isUntouched else { return nil }
        // Flying on will give each message its next number.
        attempts[id] = Attempt(
            received: attempt.received, visibilityNumbers: attempt.visibilityNumbers.map { $0 + 1 },
            untilMs: attempt.untilMs)
        return attempt.received
    }
}

/// A receive that waits for messages.
final class ReceiveWaiter {
    let request: ReceiveRequest
    let untilMs: Int64
    private var deliver: (([ReceivedMessage]) -> Void)?
    /// What came before anybody could be told.
    private var early: [ReceivedMessage]?

    init(_ request: ReceiveRequest, untilMs: Int64) {
        self.request = request
        self.untilMs = untilMs
    }

    func finish(_ received: [ReceivedMessage]) {
        guard let deliver else { return early = received }
        self.deliver = nil
        deliver(received)
    }

    func whenDone(_ body: @escaping ([ReceivedMessage]) -> Void) {
        if let early { return body(early) }
        deliver = body
    }
}
