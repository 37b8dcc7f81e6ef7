import JSON
import Telemetry
import Ticketing

/// A decision on its way into a batch, and whoever waits for the answer.
struct PendingDecision {
    let decision: Decision
    let answer: CheckedContinuation<Result<DecisionResult, PortError>, Never>
}

/// Many decisions in one transaction.
extension OrderWorker {
    func decide(_ decision: Decision) async throws(PortError) -> DecisionResult {
        let result = await withCheckedContinuation { answer in
            gather(PendingDecision(decision: decision, answer: answer))
        }
        return try result.get()
    }

    private func gather(_ pending: PendingDecision) {
        switch decisions.add(pending) {
        case .none: break
        case .sendNow: sendDecisions()
        case .sendAfterLinger:
            begin { worker in
                try? await worker.ports.clock.sleep(ms: worker.settings.decisionLingerMs)
                worker.sendDecisions()
            }
        }
    }

    private func sendDecisions() {
        while !decisions.isEmpty {
            guard decisionBatchesInFlight < settings.maxConcurrentDecisionBatches else {
                // Whoever comes back first takes them along; meanwhile the batch grows.
                isDecisionDue = true
                return
            }
            isDecisionDue = false
            let batch = decisions.take()
            decisionBatchesInFlight += 1
            begin { worker in await worker.send(batch) }
        }
    }

    private func send(_ batch: [PendingDecision]) async {
        metrics.decisionBatches.add()
        metrics.decisions.add(UInt64(batch.count))
        let results = await results(of: batch.map(\.decision)[...])
        for (pending, result) in zip(batch, results) { pending.answer.resume(returning: result) }
        decisionBatchesInFlight -= 1
        if isDecisionDue || decisions.isFull { sendDecisions() }
    }

    /// When a batch is refused for what stands in it, its halves go alone, down to the one that is to blame:
    /// the others must not wait for it.
    private func results(of decisions: ArraySlice<Decision>) async -> [Result<DecisionResult, PortError>] {
        do throws(PortError) {
            let results = try await ports.orderBook.decide(Array(decisions))
            guard results.count == decisions.count else {
                throw PortError(
                    .corrupt, "the order book answered \(results.count) of \(decisions.count) decisions")
            }
            return results.map { .success($0) }
        } catch {
            guard decisions.count > 1, error.isAboutTheRequest else {
                return decisions.map { _ in .failure(error) }
            }
            ports.logger.warning("a batch of decisions is halved") { line in
                line.member("decisions", decisions.count)
                line.member("error", error.description)
            }
            let middle = decisions.startIndex + decisions.count / 2
            let first = await results(of: decisions[..<middle])
            return first + (await results(of: decisions[middle...]))
        }
    }
}

extension PortError {
    fileprivate var isAboutTheRequest: Bool {
        switch code {
        case .failed, .rejected, .corrupt: true
        case .unavailable, .throttled, .conflict, .unknownOutcome: false
        }
    }
}
