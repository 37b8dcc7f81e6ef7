import Ticketing

/// Finds an event's plan on the process's shelf, and reads it from the catalogue when it is not there, once
/// on this loop however many ask.
final class Plans {
    private let shelf: PlanShelf
    private let catalogue: any Catalogue
    private let surroundings: Surroundings
    private var flights: [EventID: Flight] = [:]

    init(shelf: PlanShelf, catalogue: any Catalogue, surroundings: Surroundings) {
        self.shelf = shelf
        self.catalogue = catalogue
        self.surroundings = surroundings
    }

    /// The plan with this hash. Where the catalogue has another one by now, the list of events that named
    /// this one is old, and the caller gets an error that passes.
    func plan(for event: EventID, mapHash: ContentHash) async throws(PortError) -> SeatingPlan {
        while true {
            if let plan = shelf.plan(for: event, mapHash: mapHash) { return plan }
            guard let flight = flights[event] else { break }
            await flight.join()
            guard !Task.isCancelled else { throw PortError(.unavailable, "the map was not read in time") }
        }
        let flight = Flight()
        flights[event] = flight
        flight.begin()
        defer {
            flights[event] = nil
            flight.end()
        }
        let listing = try await surroundings.health.noting(.catalogue) { () async throws(PortError) in
            try await catalogue.listing(event)
        }
        guard let listing else { throw PortError(.failed, "event \(event) has no map in the catalogue") }
        let plan = await surroundings.workshop.run(
            isSmall: listing.map.seats.count < Workshop.smallestSeatCount
        ) { SeatingPlan(listing) }
        shelf.put(plan)
        guard plan.map.hash == mapHash else {
            throw PortError(.failed, "the map of event \(event) has just been changed")
        }
        return plan
    }
}
