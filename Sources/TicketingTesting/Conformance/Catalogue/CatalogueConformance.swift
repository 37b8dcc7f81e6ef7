import Ticketing

/// What every catalogue must do.
package enum CatalogueConformance {
    /// A catalogue with the ledger that says whether a map is in use.
    package struct Subject: Sendable {
        let catalogue: any Catalogue
        let ledger: any SeatLedger

        package init(_ catalogue: any Catalogue, ledger: any SeatLedger) {
            self.catalogue = catalogue
            self.ledger = ledger
        }
    }

    package typealias Check = ConformanceCheck<Subject>

    package static let checks: [Check] = reading + replacing

    static let hall = SmallHall()
    static let start = SmallHall.opensAt
    static let otherMap = hall.listing(mapHash: .named("map2"), droppingLast: 2)

    private static let reading: [Check] = [
        Check("an imported listing is read back whole, with its map in map order") { subject in
            let outcome = try await subject.catalogue.importListing(hall.listing, now: start)
            try requireEqual(outcome, .added, "the import")
            try requireEqual(await subject.catalogue.event(hall.event), hall.listing.event, "the event")
            let stored = try requireSome(await subject.catalogue.listing(hall.event), "listing")
            try requireEqual(stored.map.seats, hall.listing.map.seats, "the seats")
            try requireEqual(stored, hall.listing, "the listing")
        },
        Check("events are listed by id") { subject in
            try requireEqual(await subject.catalogue.events(), [], "the events of an empty catalogue")
            for name in ["zoo", "alpha", "mid"] {
                let listing = SmallHall(event: .named(name)).listing
                _ = try await subject.catalogue.importListing(listing, now: start)
            }
            try requireEqual(
                await subject.catalogue.events().map(\.id.text), ["alpha", "mid", "zoo"], "the events")
        },
        Check("an event nobody imported is not there") { subject in
            try requireEqual(await subject.catalogue.event(.named("nowhere")), nil, "the event")
            try requireEqual(await subject.catalogue.listing(.named("nowhere")), nil, "the listing")
        },
    ]
}

extension CatalogueConformance.Subject {
    func imports(
        _ listing: Listing, now: Timestamp = CatalogueConformance.start, _ expected: ImportOutcome,
        fileID: String = #fileID, line: Int = #line
    ) async throws {
        let outcome = try await catalogue.importListing(listing, now: now)
        try requireEqual(outcome, expected, "the import", fileID: fileID, line: line)
    }

    func has(_ listing: Listing, fileID: String = #fileID, line: Int = #line) async throws {
        try requireEqual(
            await catalogue.listing(listing.event.id), listing, "the stored listing", fileID: fileID,
            line: line)
    }
}
