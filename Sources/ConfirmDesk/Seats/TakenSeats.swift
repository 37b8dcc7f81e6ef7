import Synchronization
import Ticketing

/// Seats that this process has just seen taken, so that most of a crowd is refused without asking the ledger.
///
/// It may refuse and never accepts. A sighting refuses newcomers for a second, or to the end of the hold when
/// that comes first; a cancel in this process drops it at once. Requests that were waiting already when the
/// ledger was asked are refused by its answer whatever its age: for them it is not old.
final class TakenSeats: Sendable {
    /// A place in the order in which requests came, calls began and holds were cancelled.
    struct Mark: Comparable, Sendable {
        fileprivate let number: UInt64

        static func < (left: Mark, right: Mark) -> Bool { left.number < right.number }
    }

    enum Finding: Equatable {
        case nothing
        /// One of the seats is this intent's own: its key was used before, and the ledger has the record.
        case own
        /// By other intents.
        case taken([SeatConflict])
    }

    private struct Sighting {
        var obstacle: SeatObstacle
        var refusesUntil: Timestamp
        var callBegan: Mark
    }

    private struct State {
        var sightings: RecentTable<SeatKey, Sighting>
        var lastMark: UInt64 = 0
        var lastCancel: UInt64 = 0

        /// One that counts for a request of this arrival.
        func sighting(of seat: SeatID, _ event: EventID, _ arrival: Mark, _ now: Timestamp) -> Sighting? {
            guard let sighting = sightings[SeatKey(event: event, seat: seat)],
                now < sighting.refusesUntil || arrival < sighting.callBegan
            else { return nil }
            return sighting
        }
    }

    private static let refusesForMs: Int64 = 1_000
    /// Well above the time a request waits for others: for those who wait a sighting counts beyond its second.
    private static let keptForMs: Int64 = 10_000

    private let state: Mutex<State>

    init(capacity: Int) {
        state = Mutex(State(sightings: RecentTable(lifetimeMs: Self.keptForMs, capacity: capacity)))
    }

    /// Called when a request comes and when a call to the ledger begins.
    func mark() -> Mark {
        state.withLock { state in
            state.lastMark += 1
            return Mark(number: state.lastMark)
        }
    }

    func look(
        at seats: [SeatID], of event: EventID, for intent: IntentID, arrivedAt arrival: Mark, now: Timestamp
    ) -> Finding {
        state.withLock { state in
            var conflicts: [SeatConflict] = []
            for seat in seats {
                guard let sighting = state.sighting(of: seat, event, arrival, now) else { continue }
                if sighting.obstacle.owner == intent { return .own }
                conflicts.append(SeatConflict(seat: seat, obstacle: sighting.obstacle))
            }
            return conflicts.isEmpty ? .nothing : .taken(conflicts)
        }
    }

    /// The ledger says that the intent has these seats.
    func noteHeld(by intent: PaymentIntent, callBegan: Mark, now: Timestamp) {
        let obstacle = SeatObstacle.held(by: intent.id, until: intent.holdExpiresAt)
        noteTaken(
            intent.seats.map { SeatConflict(seat: $0.id, obstacle: obstacle) }, of: intent.event,
            callBegan: callBegan, now: now)
    }

    /// The ledger says that these seats are taken, by intents of this process or of another.
    func noteTaken(_ conflicts: [SeatConflict], of event: EventID, callBegan: Mark, now: Timestamp) {
        let latest = now.adding(ms: Self.refusesForMs)
        state.withLock { state in
            // A hold may have been cancelled while the answer was on its way.
            guard state.lastCancel < callBegan.number else { return }
            for conflict in conflicts {
                state.sightings.set(
                    Sighting(
                        obstacle: conflict.obstacle,
                        refusesUntil: min(latest, conflict.obstacle.holdExpiresAt ?? latest),
                        callBegan: callBegan),
                    for: SeatKey(event: event, seat: conflict.seat), now: now)
            }
        }
    }

    /// The seats are free: whoever asks next may have them.
    func noteCancelled(_ intent: PaymentIntent) {
        state.withLock { state in
            state.lastMark += 1
            state.lastCancel = state.lastMark
            for seat in intent.seats {
                let key = SeatKey(event: intent.event, seat: seat.id)
                // The cancel may be the second one, and the seat another buyer's by now.
                guard state.sightings[key]?.obstacle.owner == intent.id else { continue }
                state.sightings.remove(key)
            }
        }
    }
}
