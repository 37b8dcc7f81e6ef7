import Synchronization
import Ticketing

/// What a worker is doing, for whoever asks from another loop.
package final class WorkerStatus: Sendable {
    package enum Phase: String, Sendable {
        case starting
        case receiving
        /// Something it needs is down: see the circuits.
        case paused
        case draining
        case stopped
    }

    package struct Snapshot: Sendable {
        package var phase = Phase.starting
        package var inHand = 0
        /// Age of the oldest message in the queue; nil when it is empty or has not been asked yet.
        package var lagMs: Int?
        package var settled = 0
        package var settledPerSecond = 0.0
        package var failures: [FailureKind: Int] = [:]
        package var circuits: [Dependency: Circuit.Condition] = [:]
        /// Receives that failed one after the other.
        package var failedReceives = 0
    }

    private struct State: Sendable {
        var snapshot = Snapshot()
        var settling = RateWindow()
    }

    private let state = Mutex(State())
    private let clock: any WallClock

    package init(clock: any WallClock) {
        self.clock = clock
        state.withLock { state in
            for dependency in Dependency.allCases { state.snapshot.circuits[dependency] = .closed }
        }
    }

    package var snapshot: Snapshot {
        let now = clock.now()
        return state.withLock { state in
            var snapshot = state.snapshot
            snapshot.settledPerSecond = state.settling.perSecond(at: now)
            return snapshot
        }
    }

    func update(_ change: (inout Snapshot) -> Void) { state.withLock { change(&$0.snapshot) } }

    func countSettled(at now: Timestamp) {
        state.withLock { state in
            state.snapshot.settled += 1
            state.settling.count(1, at: now)
        }
    }
}
