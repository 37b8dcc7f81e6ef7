import Synchronization

/// What the pool counts, and what it may retry, for the pool's thread and every caller's.
final class PoolTally: Sendable {
    private struct State: Sendable {
        var counters = PoolCounters()
        var budget = RetryBudget()
    }

    private let state = Mutex(State())

    var counters: PoolCounters { state.withLock { $0.counters } }

    func count(_ body: (inout PoolCounters) -> Void) { state.withLock { body(&$0.counters) } }

    func earnRetry() {
        state.withLock { state in
            state.budget.earn()
            state.counters.exchanges += 1
        }
    }

    func spendRetry() -> Bool {
        state.withLock { state in
            guard state.budget.spend() else { return false }
            state.counters.retries += 1
            return true
        }
    }
}
