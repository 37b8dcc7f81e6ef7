import Ticketing

/// A clock that stands still until a test moves it. Whoever sleeps wakes in the order of time, and in the
/// order of going to sleep where two moments are the same.
package final class ManualClock: WallClock {
    private struct Sleeper {
        let id: UInt64
        let wakesAt: Timestamp
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var now: Timestamp
        var sleepers: [Sleeper] = []
        var lastID: UInt64 = 0
        /// Cancelled before they went to sleep.
        var cancelledEarly: Set<UInt64> = []
    }

    private let state: SharedState<State>

    package init(_ start: Timestamp = SmallHall.opensAt) {
        state = SharedState(State(now: start))
    }

    package func now() -> Timestamp { state.withLock { $0.now } }

    package func sleep(until moment: Timestamp) async throws(CancellationError) {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let hasWoken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                goToSleep(Sleeper(id: id, wakesAt: moment, continuation: continuation))
            }
        } onCancel: {
            cancel(id)
        }
        state.withLock { _ = $0.cancelledEarly.remove(id) }
        guard hasWoken else { throw CancellationError() }
    }

    package func advance(ms: Int) { advance(to: now().adding(ms: Int64(ms))) }

    /// Wakes each sleeper at its own moment: while it is resumed the clock shows that moment, not the last
    /// one.
    package func advance(to moment: Timestamp) {
        while let sleeper = nextSleeper(until: moment) {
            sleeper.continuation.resume(returning: true)
        }
        state.withLock { $0.now = max($0.now, moment) }
    }

    /// The moment at which the next sleeper wakes.
    package var nextWake: Timestamp? {
        state.withLock { state in state.sleepers.map(\.wakesAt).min() }
    }

    private func goToSleep(_ sleeper: Sleeper) {
        let answer: Bool? = state.withLock { state in
            if state.cancelledEarly.contains(sleeper.id) { return false }
            if sleeper.wakesAt <= state.now { return true }
            state.sleepers.append(sleeper)
            return nil
        }
        // Outside the lock: the woken task may ask this clock at once.
        if let answer { sleeper.continuation.resume(returning: answer) }
    }

    private func cancel(_ id: UInt64) {
        let sleeper: Sleeper? = state.withLock { state in
            guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                state.cancelledEarly.insert(id)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume(returning: false)
    }

    private func nextSleeper(until moment: Timestamp) -> Sleeper? {
        state.withLock { state in
            let due = state.sleepers.indices.filter { state.sleepers[$0].wakesAt <= moment }
            let earliest = due.min { left, right in
                (state.sleepers[left].wakesAt, state.sleepers[left].id)
                    < (state.sleepers[right].wakesAt, state.sleepers[right].id)
            }
            guard let earliest else { return nil }
            let sleeper = state.sleepers.remove(at: earliest)
            state.now = max(state.now, sleeper.wakesAt)
            return sleeper
        }
    }
}
