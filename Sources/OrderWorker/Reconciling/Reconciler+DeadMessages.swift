import Synchronization
import Ticketing

/// Dead messages and dead letters that do not belong where they lie.
extension Reconciler {
    private static var deadVisibilityMs: Int { 60_000 }

    /// Operators have one list. A message that the queue gave up by its own count, because workers died on
    /// it, comes to that list too.
    func moveDeadMessages(_ report: inout ReconciliationReport) async throws(PortError) {
        var seen = 0
        while seen < settings.maxDeadPerPass {
            let messages = try await ports.queue.takeDead(
                max: ports.queue.maxBatch, visibilityMs: Self.deadVisibilityMs)
            guard !messages.isEmpty else { return }
            seen += messages.count
            for message in messages { try await move(message, &report) }
            // After the letters: a crash in between takes the messages out once more, and finds the letters.
            _ = try await ports.queue.deleteDead(messages.map(\.receipt))
        }
        report.isPartial = true
    }

    private func move(
        _ message: ReceivedMessage, _ report: inout ReconciliationReport
    ) async throws(PortError) {
        var key = message.id
        var intent: PaymentIntent?
        if case .intent(let id) = message.message {
            key = id.text
            intent = try await ports.ledger.intent(id)
        }
        // A letter that is there already has the better reason.
        let hasEnded = intent?.state.isFinal == true
        guard !hasEnded, try await ports.deadLetters.letter(key) == nil else {
            report.deadMessagesDropped += 1
            return
        }
        let counts = try await ports.deadLetters.failureCounts(of: key)
        let worst = counts.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
        try await ports.deadLetters.bury(
            DeadLetter(
                key: key, message: message.message, event: intent?.event,
                kind: worst?.key ?? .receivedTooOften,
                reason: "received \(message.receiveCount) times without coming to an end",
                failureCount: counts.values.reduce(0, +), diedAt: ports.clock.now(), redriveCount: 0))
        report.deadMessagesMoved += 1
    }

    /// A redrive that ended well and crashed before it took its letter off the list, or a second message
    /// that did the work meanwhile. One page a pass: there may be many letters, and none of this is urgent.
    func removeFinishedLetters(_ report: inout ReconciliationReport) async throws(PortError) {
        let letters = try await ports.deadLetters.letters(
            .all, after: letterPosition.withLock { $0 }, limit: settings.pageSize)
        let isLastPage = letters.count < settings.pageSize
        letterPosition.withLock { $0 = isLastPage ? nil : letters.last?.key }
        for letter in letters {
            guard case .intent(let id) = letter.message,
                let intent = try await ports.ledger.intent(id), intent.state.isFinal
            else { continue }
            if try await ports.deadLetters.remove(letter.key) { report.lettersRemoved += 1 }
        }
    }
}
