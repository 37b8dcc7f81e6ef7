/// What is on sale: events and their maps.
package protocol Catalogue: Sendable {
    /// By id.
    func events() async throws(PortError) -> [Event]

    func event(_ id: EventID) async throws(PortError) -> Event?

    /// Event and map of one moment: they always fit together.
    func listing(_ id: EventID) async throws(PortError) -> Listing?

    /// Puts the listing in place of what was there, whole or not at all; the same one again changes nothing.
    ///
    /// Precondition: the event is new, or its map has the same content hash, or no seat of it is held at
    /// `now`, being sold or sold. An adapter in the ledger's own store checks that in the same transaction;
    /// another is handed the ledger when it is built and asks it first, and `SeatCensus.strays` tells of an
    /// intent that slipped in between.
    func importListing(_ listing: Listing, now: Timestamp) async throws(PortError) -> ImportOutcome
}
