import Ticketing

/// A seat that is free now, for somebody who wants to see a purchase.
struct FirstTry: Sendable {
    let event: EventID
    let section: SectionID
    let seat: SeatID

    /// Above it, looking for a free seat would delay the start.
    private static let maxSeatsLookedThrough = 5_000

    /// Nil when nothing is on sale or no seat is found quickly.
    static func find(
        in events: [Event], stores: Stores, now: Timestamp
    ) async throws(PortError) -> FirstTry? {
        let candidate = events.first { event in
            event.capacity <= maxSeatsLookedThrough && event.saleWindow.opensAt <= now
                && now < event.saleWindow.closesAt
        }
        guard let candidate, let listing = try await stores.catalogue.listing(candidate.id) else {
            return nil
        }
        var taken: Set<SeatID> = []
        for section in candidate.sections {
            let locks = try await stores.ledger.locks(in: section.id, of: candidate.id)
            taken.formUnion(locks.filter { !$0.state.isFree(at: now) }.map(\.seat))
        }
        guard let seat = listing.map.seats.first(where: { !$0.isBlocked && !taken.contains($0.id) }) else {
            return nil
        }
        return FirstTry(event: candidate.id, section: seat.section, seat: seat.id)
    }
}
