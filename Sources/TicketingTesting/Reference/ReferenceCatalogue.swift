import Ticketing

/// The catalogue in memory. It asks the ledger it was handed whether a map is in use.
package final class ReferenceCatalogue: Catalogue {
    private static let maxTries = 20

    private let listings = SharedState<[EventID: Listing]>([:])
    private let ledger: any SeatLedger

    package init(ledger: any SeatLedger) {
        self.ledger = ledger
    }

    package func events() async throws(PortError) -> [Event] {
        listings.withLock { $0.values.map(\.event).sorted { $0.id < $1.id } }
    }

    package func event(_ id: EventID) async throws(PortError) -> Event? {
        listings.withLock { $0[id]?.event }
    }

    package func listing(_ id: EventID) async throws(PortError) -> Listing? {
        listings.withLock { $0[id] }
    }

    package func importListing(
        _ listing: Listing, now: Timestamp
    ) async throws(PortError) -> ImportOutcome {
        for _ in 0..<Self.maxTries {
            guard let stored = addIfNew(listing) else { return .added }
            guard stored != listing else { return .unchanged }
            if stored.map.hash != listing.map.hash {
                let lockedSeats = try await lockedSeatCount(of: listing.event.id, now: now)
                guard lockedSeats == 0 else { return .refusedMapInUse(lockedSeats: lockedSeats) }
            }
            if replace(stored, by: listing) { return .updated }
        }
        throw PortError(.conflict, "event \(listing.event.id) was imported by others all the time")
    }

    /// What was there already, or nil when the listing was new and is there now.
    private func addIfNew(_ listing: Listing) -> Listing? {
        listings.withLock { listings in
            if let stored = listings[listing.event.id] { return stored }
            listings[listing.event.id] = listing
            return nil
        }
    }

    /// False when another import came in between.
    private func replace(_ stored: Listing, by listing: Listing) -> Bool {
        listings.withLock { listings in
            guard listings[listing.event.id] == stored else { return false }
            listings[listing.event.id] = listing
            return true
        }
    }

    private func lockedSeatCount(of event: EventID, now: Timestamp) async throws(PortError) -> Int {
        var count = 0
        for section in try await ledger.lockedSections(of: event) {
            count += try await ledger.locks(in: section, of: event).count { !$0.state.isFree(at: now) }
        }
        return count
    }
}
