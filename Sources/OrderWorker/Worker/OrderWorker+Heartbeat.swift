import JSON
import Telemetry
import Ticketing

/// What a worker does by the clock: it keeps its messages, and looks how long the queue is.
extension OrderWorker {
    /// Half of a message's visibility may pass before it is extended, so one beat may fail.
    func beatUntilCancelled() async {
        while (try? await ports.clock.sleep(ms: max(settings.visibilityMs / 4, 1))) != nil {
            let now = ports.clock.now()
            let hands = inHand.toExtend(
                visibilityMs: settings.visibilityMs, maxSilenceMs: settings.maxSilenceMs, now: now)
            for batch in hands.chunks(of: ports.queue.maxBatch) { await extend(batch) }
        }
    }

    private func extend(_ hands: ArraySlice<HandID>) async {
        let entries = hands.compactMap { hand in inHand[hand].map { (hand, $0.message.receipt) } }
        guard !entries.isEmpty else { return }
        // From before the call: by the queue's clock they are ours at least this long.
        let visibleUntil = ports.clock.now().adding(ms: Int64(settings.visibilityMs))
        do {
            let results = try await ports.queue.extend(entries.map(\.1), byMs: settings.visibilityMs)
            for ((hand, _), result) in zip(entries, results) {
                switch result {
                case .done: inHand.extended(hand, until: visibleUntil)
                case .stale: inHand.lose(hand)
                case .failed: break
                }
            }
        } catch {
            // The next beat asks again. Messages that run out meanwhile are no longer good.
            ports.logger.warning("messages could not be kept") { line in
                line.member("messages", entries.count)
                line.member("error", error.description)
            }
        }
    }

    func watchLagUntilCancelled() async {
        repeat {
            guard let stats = try? await ports.queue.stats() else { continue }
            status.update { $0.lagMs = stats.oldestAgeMs }
        } while (try? await ports.clock.sleep(ms: settings.lagIntervalMs)) != nil
    }
}
