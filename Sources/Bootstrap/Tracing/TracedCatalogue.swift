import Ticketing

/// A catalogue whose calls are seen in traces.
struct TracedCatalogue: Catalogue {
    let base: any Catalogue

    func events() async throws(PortError) -> [Event] {
        try await traced("catalogue", "events") { () async throws(PortError) in try await base.events() }
    }

    func event(_ id: EventID) async throws(PortError) -> Event? {
        try await traced("catalogue", "event") { () async throws(PortError) in try await base.event(id) }
    }

    func listing(_ id: EventID) async throws(PortError) -> Listing? {
        try await traced("catalogue", "listing") { () async throws(PortError) in try await base.listing(id) }
    }

    func importListing(_ listing: Listing, now: Timestamp) async throws(PortError) -> ImportOutcome {
        try await traced("catalogue", "importListing") { () async throws(PortError) in
            try await base.importListing(listing, now: now)
        }
    }
}
