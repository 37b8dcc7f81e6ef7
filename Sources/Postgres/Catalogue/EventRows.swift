import Ticketing

/// Events as they stand in three tables: the event, its prices and its sections, each by event and then in order.
enum EventRows {
    private static let eventColumns: SQLPart = """
        SELECT id, name, venue, currency, opens_at, closes_at, seats_per_intent, seats_per_buyer, hold_seconds,
            map_hash FROM events
        """
    private static let priceColumns: SQLPart = "SELECT event_id, name, minor_units, currency FROM prices"
    private static let sectionColumns: SQLPart = "SELECT event_id, id, name, seat_count FROM sections"

    /// Three statements; of all events where `id` is nil.
    static func statements(_ id: EventID?) -> [SQLQuery] {
        guard let id = id?.text else {
            return [
                "\(eventColumns) ORDER BY id", "\(priceColumns) ORDER BY event_id, position",
                "\(sectionColumns) ORDER BY event_id, position",
            ]
        }
        return [
            "\(eventColumns) WHERE id = \(id)", "\(priceColumns) WHERE event_id = \(id) ORDER BY position",
            "\(sectionColumns) WHERE event_id = \(id) ORDER BY position",
        ]
    }

    static func decode(_ rows: ArraySlice<ResultRows>) throws(PostgresFailure) -> [Event] {
        let events = rows[rows.startIndex]
        let prices = try prices(rows[rows.startIndex + 1])
        let sections = try sections(rows[rows.startIndex + 2])
        var decoded: [Event] = []
        for row in 0..<events.count { decoded.append(try event(events, row, prices, sections)) }
        return decoded
    }

    private static func event(
        _ rows: ResultRows, _ row: Int, _ prices: [String: [Price]], _ sections: [String: [Section]]
    ) throws(PostgresFailure) -> Event {
        let id = try rows.text(row, 0)
        let name = try rows.text(row, 1)
        let venue = try rows.text(row, 2)
        let currency = try rows.text(row, 3)
        let opensAt = try rows.moment(row, 4)
        let closesAt = try rows.moment(row, 5)
        let seatsPerIntent = try rows.int(row, 6)
        let seatsPerBuyer = try rows.int(row, 7)
        let holdSeconds = try rows.int(row, 8)
        let mapHash = try rows.text(row, 9)
        return try PortCalls.valid("an event") { () throws(InvalidValue) in
            try Event(
                id: EventID(id), name: name, venue: venue, currency: Currency(currency),
                saleWindow: SaleWindow(opensAt: opensAt, closesAt: closesAt),
                limits: SaleLimits(
                    seatsPerIntent: seatsPerIntent, seatsPerBuyer: seatsPerBuyer, holdSeconds: holdSeconds),
                prices: prices[id] ?? [], sections: sections[id] ?? [], mapHash: ContentHash(mapHash))
        }
    }

    private static func prices(_ rows: ResultRows) throws(PostgresFailure) -> [String: [Price]] {
        var prices: [String: [Price]] = [:]
        for row in 0..<rows.count {
            let name = try rows.text(row, 1)
            let minorUnits = try rows.int(row, 2)
            let currency = try rows.text(row, 3)
            prices[try rows.text(row, 0), default: []].append(
                try PortCalls.valid("a price") { () throws(InvalidValue) in
                    try Price(
                        name: name, amount: Money(minorUnits: minorUnits, currency: Currency(currency)))
                })
        }
        return prices
    }

    private static func sections(_ rows: ResultRows) throws(PostgresFailure) -> [String: [Section]] {
        var sections: [String: [Section]] = [:]
        for row in 0..<rows.count {
            let id = try rows.text(row, 1)
            let name = try rows.text(row, 2)
            let seatCount = try rows.int(row, 3)
            sections[try rows.text(row, 0), default: []].append(
                try PortCalls.valid("a section") { () throws(InvalidValue) in
                    try Section(id: SectionID(id), name: name, seatCount: seatCount)
                })
        }
        return sections
    }
}
