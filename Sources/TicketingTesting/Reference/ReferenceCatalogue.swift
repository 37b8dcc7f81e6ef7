import Synchronization
import Ticketing

/// The catalogue in memory. It asks the ledger it was handed whether a map is in use.
package final class ReferenceCatalogue: Catalogue {
    private let listings = Mutex<[EventID: Listing]>([:])
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
        let id = listing.event.id
        guard let stored = listings.withLock({ $0[id] }) else {
            listings.withLock { $0[id] = listing }
            return .added
        }
        guard stored != listing else { return .unchanged }
        if stored.map.hash != listing.map.hash {
            var lockedSeats = 0
            for section in try await ledger.lockedSections(of: id) {
                lockedSeats += try await ledger.locks(in: section, of: id).count { !$0.state.isFree(at: now) }
            }
            guard lockedSeats == 0 else { return .refusedMapInUse(lockedSeats: lockedSeats) }
        }
        listings.withLock { $0[id] = listing }
        return .updated
    }
}
