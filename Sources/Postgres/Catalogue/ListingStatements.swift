import Ticketing

/// What an import writes: everything of the event anew, the map only when it is another one.
enum ListingStatements {
    static func put(_ listing: Listing, replacesMap: Bool) -> [SQLQuery] {
        let event = listing.event
        let id = event.id.text
        let limits = event.limits
        var statements: [SQLQuery] = [
            """
            INSERT INTO events (id, name, venue, currency, opens_at, closes_at, seats_per_intent,
                seats_per_buyer, hold_seconds, map_hash)
            VALUES (\(id), \(event.name), \(event.venue), \(event.currency.code),
                \(event.saleWindow.opensAt), \(event.saleWindow.closesAt), \(limits.seatsPerIntent),
                \(limits.seatsPerBuyer), \(limits.holdSeconds), \(event.mapHash.text))
            ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, venue = EXCLUDED.venue,
                currency = EXCLUDED.currency, opens_at = EXCLUDED.opens_at, closes_at = EXCLUDED.closes_at,
                seats_per_intent = EXCLUDED.seats_per_intent, seats_per_buyer = EXCLUDED.seats_per_buyer,
                hold_seconds = EXCLUDED.hold_seconds, map_hash = EXCLUDED.map_hash
            """,
            "DELETE FROM prices WHERE event_id = \(id)",
            """
            INSERT INTO prices (event_id, position, name, minor_units, currency)
            SELECT \(id), * FROM unnest(\(Array(event.prices.indices)), \(event.prices.map(\.name)),
                \(event.prices.map(\.amount.minorUnits)), \(event.prices.map(\.amount.currency.code)))
            """,
            "DELETE FROM sections WHERE event_id = \(id)",
            """
            INSERT INTO sections (event_id, position, id, name, seat_count)
            SELECT \(id), * FROM unnest(\(Array(event.sections.indices)), \(event.sections.map(\.id.text)),
                \(event.sections.map(\.name)), \(event.sections.map(\.seatCount)))
            """,
        ]
        if replacesMap {
            statements.append("DELETE FROM seats WHERE event_id = \(id)")
            statements += SeatRows.insert(listing.map, of: event.id)
        }
        return statements
    }
}
