import Ticketing

/// The seats of one event as this loop shows them, read again and again while somebody asks.
final class SeatBoard: SourceReader {
    let event: EventID
    let refresher: Refresher
    /// Nil until the first reading.
    private(set) var snapshot: SeatSnapshot?
    private let events: ListedEvents
    private let plans: Plans
    private let locks: LockReading
    private let fleet: FleetReading
    private let surroundings: Surroundings

    init(
        event: EventID, events: ListedEvents, plans: Plans, locks: LockReading, fleet: FleetReading,
        surroundings: Surroundings
    ) {
        self.event = event
        self.events = events
        self.plans = plans
        self.locks = locks
        self.fleet = fleet
        self.surroundings = surroundings
        refresher = Refresher("seats", surroundings: surroundings)
        refresher.attach(self)
    }

    /// The braces keep all keys of an event on one node of a cluster.
    static func cacheKey(_ event: EventID) -> String { "public:1:{\(event)}:seats" }

    func readSource() async throws(PortError) {
        guard let listed = try await events.event(event) else {
            throw PortError(.failed, "event \(event) is not in the catalogue any more")
        }
        let plan = try await plans.plan(for: event, mapHash: listed.mapHash)
        let isSmall = plan.seatCount < Workshop.smallestSeatCount
        let workshop = surroundings.workshop
        // What is known of another map says nothing about this one.
        let known = snapshot?.plan.map.hash == plan.map.hash ? refresher.asOf : nil
        try await fleet.refresh(
            Self.cacheKey(event), known: known, freshForMs: surroundings.settings.cacheTTLMs,
            decode: { entry in
                await workshop.run(isSmall: isSmall) {
                    SeatSnapshot(bytes: entry.bytes, plan: plan, madeAt: entry.madeAt)
                }
            },
            load: { shared async throws(PortError) in
                let madeAt = surroundings.clock.now()
                let taken = try await locks.taken(in: plan.sections, of: plan, now: madeAt)
                let previous = [snapshot, shared].compactMap(\.self).max { $0.madeAt < $1.madeAt }
                return await workshop.run(isSmall: isSmall) {
                    let next = SeatSnapshot(plan: plan, taken: taken, madeAt: madeAt, previous: previous)
                    return (next, CacheEntry(bytes: next.bytes, madeAt: madeAt))
                }
            },
            adopt: { next, _ in adopt(next) })
    }

    private func adopt(_ next: SeatSnapshot) {
        let isChanged = snapshot?.version != next.version
        // A reading that was given up may come in after its successor. Another map has a time of its own.
        if let snapshot, snapshot.plan.map.hash == next.plan.map.hash, next.madeAt <= snapshot.madeAt {
            return
        }
        snapshot = next
        refresher.adopted(next.madeAt, isChanged: isChanged)
    }
}
