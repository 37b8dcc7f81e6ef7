import JSON
import Telemetry
import Ticketing

/// A message whose work is durable.
struct PendingDeletion {
    let hand: HandID
    let receipt: ReceiptHandle
    /// The key whose failures no longer count.
    let forgottenKey: String?
}

/// A message that comes again.
struct PendingReturn {
    let hand: HandID
    let change: VisibilityChange
}

/// Letting go of messages, many in one call.
extension OrderWorker {
    private static var maxTries: Int { 3 }

    func delete(_ hand: HandID, _ message: ReceivedMessage, forgetting key: String?) {
        // It is on its way out: the heartbeat leaves it alone.
        inHand.lose(hand)
        let deletion = PendingDeletion(hand: hand, receipt: message.receipt, forgottenKey: key)
        switch deletions.add(deletion) {
        case .none: break
        case .sendNow: sendDeletions()
        case .sendAfterLinger:
            begin { worker in
                try? await worker.ports.clock.sleep(ms: worker.settings.queueLingerMs)
                worker.sendDeletions()
            }
        }
    }

    /// 0 ms releases it at once.
    func giveBack(_ hand: HandID, afterMs delayMs: Int) {
        guard let receipt = inHand[hand]?.message.receipt else { return }
        inHand.lose(hand)
        metrics.letGo.add()
        let change = VisibilityChange(receipt: receipt, visibilityMs: delayMs)
        switch returns.add(PendingReturn(hand: hand, change: change)) {
        case .none: break
        case .sendNow: sendReturns()
        case .sendAfterLinger:
            begin { worker in
                try? await worker.ports.clock.sleep(ms: worker.settings.queueLingerMs)
                worker.sendReturns()
            }
        }
    }

    /// Nothing is said to the queue: the message is another's, or comes back by itself.
    func drop(_ hand: HandID) {
        inHand.remove(hand)
        showInHand()
        wakeReceivers()
        endDrainIfEmpty()
    }

    func showInHand() {
        let count = inHand.count
        metrics.inHand.set(Int64(count))
        status.update { $0.inHand = count }
    }

    private func sendDeletions() {
        while !deletions.isEmpty {
            let batch = deletions.take()
            begin { worker in await worker.delete(batch) }
        }
    }

    private func sendReturns() {
        while !returns.isEmpty {
            let batch = returns.take()
            begin { worker in await worker.giveBack(batch) }
        }
    }

    private func delete(_ batch: [PendingDeletion]) async {
        let forgottenKeys = batch.compactMap(\.forgottenKey)
        if !forgottenKeys.isEmpty {
            // Before the delete, or nobody would ever come back to it. Rows that stay harm nobody.
            try? await ports.deadLetters.forgetFailures(of: forgottenKeys)
        }
        await letGo(of: batch, hand: \.hand) { left async throws(PortError) in
            try await self.ports.queue.delete(left.map(\.receipt))
        }
    }

    private func giveBack(_ batch: [PendingReturn]) async {
        await letGo(of: batch, hand: \.hand) { left async throws(PortError) in
            try await self.ports.queue.changeVisibility(left.map(\.change))
        }
    }

    /// Tries a few times for those that failed. What is left comes back when its visibility ends: after a
    /// delete its intent is found final then, and only the receive was wasted.
    private func letGo<Entry: Sendable>(
        of batch: [Entry], hand: (Entry) -> HandID,
        _ call: ([Entry]) async throws(PortError) -> [EntryResult]
    ) async {
        var left = batch
        var lastError: PortError?
        for tries in 1...Self.maxTries {
            do throws(PortError) {
                let results = try await call(left)
                var failed: [Entry] = []
                for (entry, result) in zip(left, results) {
                    switch result {
                    case .done: drop(hand(entry))
                    case .stale:
                        metrics.staleReceipts.add()
                        drop(hand(entry))
                    case .failed(let error):
                        lastError = error
                        failed.append(entry)
                    }
                }
                left = failed
            } catch {
                lastError = error
            }
            guard !left.isEmpty, tries < Self.maxTries else { break }
            try? await ports.clock.sleep(
                ms: settings.contention.delayMs(after: tries, ports.randomness))
        }
        guard !left.isEmpty else { return }
        ports.logger.warning("the queue does not take messages back") { line in
            line.member("messages", left.count)
            line.member("error", lastError?.description)
        }
        for entry in left { drop(hand(entry)) }
    }
}
