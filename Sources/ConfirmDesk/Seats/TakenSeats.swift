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
        /// `ownersAreKnown`: by other intents for certain. Else one may be this intent's own, and the key's
        /// record has to be read before anybody is refused.
        case taken([SeatConflict], ownersAreKnown: Bool)
    }

    private struct Sighting {
        var availability: SeatAvailability
        var owner: IntentID?
        /// Whether the owner is still this one for certain.
        var ownerIsCertain: Bool
        /// The end of the owner's hold, where this process has made it.
        var holdExpiresAt: Timestamp?
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
    /// As long as most holds last: who made a hold knows when it ends, and may go on refusing until then with
    /// one question to the ledger a second.
    private static let keptForMs: Int64 = 600_000

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
            var ownersAreKnown = true
            for seat in seats {
                guard let sighting = state.sighting(of: seat, event, arrival, now) else { continue }
                if sighting.owner == intent { return .own }
                ownersAreKnown = ownersAreKnown && sighting.ownerIsCertain
                conflicts.append(SeatConflict(seat: seat, availability: sighting.availability))
            }
            return conflicts.isEmpty ? .nothing : .taken(conflicts, ownersAreKnown: ownersAreKnown)
        }
    }

    /// What is known of these seats, whoever asks.
    func conflicts(
        at seats: [SeatID], of event: EventID, arrivedAt arrival: Mark, now: Timestamp
    ) -> [SeatConflict] {
        state.withLock { state in
            seats.compactMap { seat in
                state.sighting(of: seat, event, arrival, now)
                    .map { SeatConflict(seat: seat, availability: $0.availability) }
            }
        }
    }

    /// The ledger says that the intent has these seats.
    func noteHeld(by intent: PaymentIntent, callBegan: Mark, now: Timestamp) {
        state.withLock { state in
            guard state.lastCancel < callBegan.number else { return }
            for seat in intent.seats {
                state.sightings.set(
                    Sighting(
                        availability: .held, owner: intent.id, ownerIsCertain: true,
                        holdExpiresAt: intent.holdExpiresAt,
                        refusesUntil: min(intent.holdExpiresAt, now.adding(ms: Self.refusesForMs)),
                        callBegan: callBegan),
                    for: SeatKey(event: intent.event, seat: seat.id), now: now)
            }
        }
    }

    /// The ledger says that these seats are taken, not by whom and not until when.
    func noteTaken(_ conflicts: [SeatConflict], of event: EventID, callBegan: Mark, now: Timestamp) {
        state.withLock { state in
            // A hold may have been cancelled while the answer was on its way.
            guard state.lastCancel < callBegan.number else { return }
            for conflict in conflicts {
                let key = SeatKey(event: event, seat: conflict.seat)
                let known = state.sightings[key]
                state.sightings.set(
                    Sighting(
                        availability: conflict.availability, owner: known?.owner, ownerIsCertain: false,
                        holdExpiresAt: known?.holdExpiresAt,
                        refusesUntil: Self.refusesUntil(conflict.availability, known?.holdExpiresAt, now),
                        callBegan: callBegan),
                    for: key, now: now)
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
                guard let sighting = state.sightings[key],
                    sighting.owner == intent.id || !sighting.ownerIsCertain
                else { continue }
                state.sightings.remove(key)
            }
        }
    }

    /// A sold seat stays sold. A hold whose end nobody here knows may end in the next millisecond, and a
    /// newcomer must get the seat then.
    private static func refusesUntil(
        _ availability: SeatAvailability, _ holdExpiresAt: Timestamp?, _ now: Timestamp
    ) -> Timestamp {
        let latest = now.adding(ms: refusesForMs)
        if availability == .sold { return latest }
        guard let holdExpiresAt, now < holdExpiresAt else { return now }
        return min(latest, holdExpiresAt)
    }
}
