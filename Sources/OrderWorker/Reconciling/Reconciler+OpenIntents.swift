import Synchronization
import Ticketing

/// Intents that are open although nobody seems to work on them.
extension Reconciler {
    /// The queue remembers a message's id so long; within one such span a second message for the same
    /// intent, from whichever process, is the same one and dropped.
    private static var requeueSpanMs: Int64 { 300_000 }

    func requeueForgottenIntents(_ report: inout ReconciliationReport) async throws(PortError) {
        let now = ports.clock.now()
        let createdBefore = now.adding(ms: -Int64(minAgeMs(try await ports.queue.stats())))
        var seen = 0
        while seen < settings.maxIntentsPerPass {
            let page = try await ports.ledger.openIntents(
                createdBefore: createdBefore, after: openPosition.withLock { $0 },
                limit: settings.pageSize)
            seen += page.count
            var messages: [OutgoingMessage] = []
            for intent in page where try await isForgotten(intent, now, &report) {
                messages.append(Self.message(for: intent, now))
            }
            try await send(messages, &report)
            let isLastPage = page.count < settings.pageSize
            openPosition.withLock { $0 = isLastPage ? nil : page.last?.openPosition }
            if isLastPage { return }
        }
        report.isPartial = true
    }

    /// A long queue explains old intents: to queue them again would only make it longer. Past a limit nobody
    /// believes that explanation any more.
    private func minAgeMs(_ stats: QueueStats) -> Int {
        guard stats.visible + stats.inFlight > 0 else { return settings.openAgeMs }
        guard let oldestAgeMs = stats.oldestAgeMs else { return settings.overdueMs }
        return max(settings.openAgeMs, min(oldestAgeMs + settings.openAgeMs, settings.overdueMs))
    }

    private func isForgotten(
        _ intent: PaymentIntent, _ now: Timestamp, _ report: inout ReconciliationReport
    ) async throws(PortError) -> Bool {
        // Until then it is a buyer's choice that may be cancelled or confirmed by retrying the key.
        guard intent.state == .claimed || now >= intent.holdExpiresAt else { return false }
        guard try await ports.deadLetters.letter(intent.id.text) == nil else {
            report.awaitingOperator += 1
            return false
        }
        guard intent.state == .claimed else {
            report.forgottenHolds += 1
            return true
        }
        let outcome = try await ports.orderBook.outcome(of: intent.attempt)
        if outcome == nil { report.abandonedClaims += 1 } else { report.missingSettlements += 1 }
        return true
    }

    private static func message(for intent: PaymentIntent, _ now: Timestamp) -> OutgoingMessage {
        let span = now.msSinceEpoch / requeueSpanMs
        return OutgoingMessage(
            .intent(intent.id), group: intent.id.text, deduplicationID: "\(intent.id).again.\(span)")
    }

    private func send(
        _ messages: [OutgoingMessage], _ report: inout ReconciliationReport
    ) async throws(PortError) {
        for batch in messages.chunks(of: ports.queue.maxBatch) {
            let results = try await ports.queue.send(Array(batch))
            for result in results {
                if result.isDone { report.requeued += 1 } else { report.failedSends += 1 }
            }
        }
    }
}
