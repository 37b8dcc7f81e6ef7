import Ticketing

/// The count of one event that anyone may check the sale against.
final class IntegrityPage: SourceReader {
    let event: EventID
    let refresher: Refresher
    private(set) var json: [UInt8] = []
    private let events: ListedEvents
    private let plans: Plans
    private let locks: LockReading
    private let ports: PublicPorts
    private let fleet: FleetReading
    private let surroundings: Surroundings

    init(
        event: EventID, events: ListedEvents, plans: Plans, locks: LockReading, ports: PublicPorts,
        fleet: FleetReading, surroundings: Surroundings
    ) {
        self.event = event
        self.events = events
        self.plans = plans
        self.locks = locks
        self.ports = ports
        self.fleet = fleet
        self.surroundings = surroundings
        refresher = Refresher("integrity", surroundings: surroundings)
        refresher.attach(self)
    }

    static func cacheKey(_ event: EventID) -> String { "public:1:{\(event)}:integrity" }

    func readSource() async throws(PortError) {
        guard let listed = try await events.event(event) else {
            throw PortError(.failed, "event \(event) is not in the catalogue any more")
        }
        let plan = try await plans.plan(for: event, mapHash: listed.mapHash)
        try await fleet.refresh(
            Self.cacheKey(event), known: refresher.asOf, freshForMs: surroundings.settings.cacheTTLMs,
            decode: { $0.bytes },
            load: { _ async throws(PortError) in
                let madeAt = surroundings.clock.now()
                let json = try await count(plan, now: madeAt)
                return (json, CacheEntry(bytes: json, madeAt: madeAt))
            },
            adopt: { adopt($0, $1) })
    }

    private func count(_ plan: SeatingPlan, now: Timestamp) async throws(PortError) -> [UInt8] {
        let health = surroundings.health
        let locked = try await health.noting(.ledger) { () async throws(PortError) in
            try await ports.ledger.lockedSections(of: event)
        }
        let sections = plan.sections + locked.filter { plan.seatsOfSection[$0] == nil }
        let taken = try await locks.taken(in: sections, of: plan, now: now)
        // The orders after the locks: a worker writes the tickets first and marks the seats sold afterwards,
        // so in this order there is never a sold seat without its ticket.
        let (tickets, oversold) = try await health.noting(.orders) { () async throws(PortError) in
            let tickets = try await ports.orders.liveTicketCount(of: event)
            return (tickets, try await ports.orders.oversoldSeatCount(of: event))
        }
        let stats = try await health.noting(.queue) { () async throws(PortError) in
            try await ports.queue.stats()
        }
        let count = await surroundings.workshop.run(
            isSmall: plan.seatCount < Workshop.smallestSeatCount
        ) { IntegrityCount(plan: plan, taken: taken) }
        return count.json(event: event, oversold: oversold, ticketsInOrders: tickets, queue: stats)
    }

    private func adopt(_ newer: [UInt8], _ madeAt: Timestamp) {
        guard refresher.asOf.map({ madeAt > $0 }) ?? true else { return }
        let isChanged = newer != json
        json = newer
        refresher.adopted(madeAt, isChanged: isChanged)
    }
}
