import Ticketing

/// The listings' one table.
struct CatalogueTables {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    func events() throws(PortError) -> [Event] {
        let find = try connection.statement("SELECT event FROM listings")
        defer { find.reset() }
        var events: [Event] = []
        while try find.step() { events.append(try EventBody.decode(find.bytes(0))) }
        return events.sorted { $0.id < $1.id }
    }

    func event(_ id: EventID) throws(PortError) -> Event? {
        guard let eventNo = try connection.number(of: id) else { return nil }
        let find = try connection.statement("SELECT event FROM listings WHERE event_no = ?1")
        find.bind(1, eventNo)
        defer { find.reset() }
        return try find.step() ? EventBody.decode(find.bytes(0)) : nil
    }

    /// Event and map stand in one row, so they are of one moment.
    func listing(_ id: EventID) throws(PortError) -> Listing? {
        guard let eventNo = try connection.number(of: id) else { return nil }
        let find = try connection.statement("SELECT event, map FROM listings WHERE event_no = ?1")
        find.bind(1, eventNo)
        defer { find.reset() }
        guard try find.step() else { return nil }
        let event = try EventBody.decode(find.bytes(0))
        let map = try MapBody.decode(find.bytes(1))
        do {
            return try Listing(event: event, map: map)
        } catch {
            throw PortError(.corrupt, "the listing of \(id) does not fit together", cause: error)
        }
    }

    /// `lockedSeats` counts the live locks and is asked only when the map changes.
    func put(
        _ listing: EncodedListing, lockedSeats: () throws(PortError) -> Int
    ) throws(PortError) -> ImportOutcome {
        let stored = try stored(listing.id)
        if let stored {
            guard stored.event != listing.event || stored.map != listing.map else { return .unchanged }
            if stored.mapHash != listing.mapHash {
                let locked = try lockedSeats()
                guard locked == 0 else { return .refusedMapInUse(lockedSeats: locked) }
            }
        }
        let put = try connection.statement(
            "INSERT OR REPLACE INTO listings (event_no, map_hash, event, map) VALUES (?1, ?2, ?3, ?4)")
        put.bind(1, try connection.numberMaking(listing.id))
        put.bind(2, text: listing.mapHash)
        put.bind(3, blob: listing.event)
        put.bind(4, blob: listing.map)
        try put.run()
        return stored == nil ? .added : .updated
    }

    private func stored(
        _ id: EventID
    ) throws(PortError) -> (mapHash: String, event: [UInt8], map: [UInt8])? {
        guard let eventNo = try connection.number(of: id) else { return nil }
        let find = try connection.statement("SELECT map_hash, event, map FROM listings WHERE event_no = ?1")
        find.bind(1, eventNo)
        defer { find.reset() }
        return try find.step() ? (find.text(0), find.blob(1), find.blob(2)) : nil
    }
}

/// A listing as bytes, made before the writer is asked: a large map takes longer to encode than a group may
/// run.
struct EncodedListing: Sendable {
    let id: EventID
    let mapHash: String
    let event: [UInt8]
    let map: [UInt8]

    init(_ listing: Listing) {
        id = listing.event.id
        mapHash = listing.map.hash.text
        event = EventBody.encode(listing.event)
        map = MapBody.encode(listing.map)
    }
}
