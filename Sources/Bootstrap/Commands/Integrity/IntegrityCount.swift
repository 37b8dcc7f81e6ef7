import Ticketing

/// Every seat of an event by its state, beside what the orders and the queue say. Each is counted; nothing is
/// derived from another.
struct IntegrityCount: Sendable {
    let census: SeatCensus
    let ticketsInOrders: Int
    let oversold: Int
    let queue: QueueStats

    /// Nothing stands still meanwhile: the locks are read before the tickets, because a worker writes the ticket
    /// first and marks the seat sold afterwards.
    static func take(
        of listing: Listing, from stores: Stores, now: Timestamp
    ) async throws(PortError) -> IntegrityCount {
        let event = listing.event.id
        let known = listing.event.sections.map(\.id)
        let locked = try await stores.ledger.lockedSections(of: event)
        var locks: [SeatLock] = []
        for section in known + locked.filter({ !known.contains($0) }) {
            locks += try await stores.ledger.locks(in: section, of: event)
        }
        let tickets = try await stores.orders.liveTicketCount(of: event)
        return IntegrityCount(
            census: SeatCensus(map: listing.map, locks: locks, now: now), ticketsInOrders: tickets,
            oversold: try await stores.orders.oversoldSeatCount(of: event),
            queue: try await stores.queue.stats())
    }

    /// Counted again when something is off: during a sale it may only have moved between two of the numbers.
    static func takeSettled(
        of listing: Listing, from stores: Stores, _ clock: any WallClock
    ) async throws(PortError) -> IntegrityCount {
        var triesLeft = 3
        while true {
            let count = try await take(of: listing, from: stores, now: clock.now())
            triesLeft -= 1
            guard !count.faults.isEmpty, triesLeft > 0 else { return count }
            try? await clock.sleep(ms: 200)
        }
    }

    /// How many seats are not as they should be; 0 when `faults` is empty.
    var faultCount: Int {
        let counted = census.free + census.held + census.selling + census.sold + census.blocked
        return oversold + census.strays.count + abs(census.capacity - counted)
            + (ticketFault == nil ? 0 : max(1, abs(ticketsInOrders - census.sold)))
    }

    /// As the page under `/public/events/{event}/integrity` has them; nil is not known.
    var numbers: [(StaticString, Int?)] {
        [
            ("capacity", census.capacity), ("free", census.free), ("held", census.held),
            ("selling", census.selling), ("sold", census.sold), ("blocked", census.blocked),
            ("oversold", oversold), ("ticketsInOrders", ticketsInOrders), ("strays", census.strays.count),
            ("queueDepth", queue.visible + queue.inFlight), ("workerLagMs", queue.waitMs),
        ]
    }

    var faults: [String] {
        var faults: [String] = []
        if !census.addsUp { faults.append("the seats do not add up to the capacity") }
        if oversold > 0 { faults.append("\(oversold) seats have more than one live ticket") }
        if !census.strays.isEmpty {
            faults.append("\(census.strays.count) locks are on seats the map does not have")
        }
        if let fault = ticketFault { faults.append(fault) }
        return faults
    }

    /// A sold seat without a ticket is always wrong. Tickets may run ahead of the sold seats: a seat being sold may
    /// have its ticket already, and while the queue moves more are written after the locks were read.
    private var ticketFault: String? {
        let isMoving = queue.visible + queue.inFlight > 0
        let areTooMany = !isMoving && ticketsInOrders > census.sold + census.selling
        guard ticketsInOrders < census.sold || areTooMany else { return nil }
        return "\(census.sold) seats are sold, but the orders have \(ticketsInOrders) tickets"
    }
}
