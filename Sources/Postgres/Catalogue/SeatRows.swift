import Ticketing

/// The seats of a map in map order.
enum SeatRows {
    static func statement(_ event: EventID) -> SQLQuery {
        """
        SELECT id, section_id, row_name, number, price_name, is_accessible, is_blocked, x, y
        FROM seats WHERE event_id = \(event.text) ORDER BY position
        """
    }

    static func decode(_ rows: ResultRows) throws(PostgresFailure) -> [Seat] {
        var seats: [Seat] = []
        seats.reserveCapacity(rows.count)
        for index in 0..<rows.count {
            let id = try rows.text(index, 0)
            let section = try rows.text(index, 1)
            let row = try rows.text(index, 2)
            let number = try rows.text(index, 3)
            let priceName = try rows.text(index, 4)
            let isAccessible = try rows.bool(index, 5)
            let isBlocked = try rows.bool(index, 6)
            let x = try rows.int(index, 7)
            let y = try rows.int(index, 8)
            seats.append(
                try PortCalls.valid("a seat") { () throws(InvalidValue) in
                    try Seat(
                        id: SeatID(id), section: SectionID(section), row: row, number: number,
                        priceName: priceName, isAccessible: isAccessible, x: x, y: y, isBlocked: isBlocked)
                })
        }
        return seats
    }

    /// So many in one statement: a whole map of the largest size at once would be a message of 60 MB.
    private static let seatsPerStatement = 20_000

    static func insert(_ map: SeatMap, of event: EventID) -> [SQLQuery] {
        stride(from: 0, to: map.seats.count, by: seatsPerStatement).map { start in
            let seats = map.seats[start..<min(start + seatsPerStatement, map.seats.count)]
            let positions = Array(seats.indices)
            return """
                INSERT INTO seats (event_id, position, id, section_id, row_name, number, price_name,
                    is_accessible, is_blocked, x, y)
                SELECT \(event.text), * FROM unnest(
                    \(positions), \(seats.map(\.id.text)), \(seats.map(\.section.text)), \(seats.map(\.row)),
                    \(seats.map(\.number)), \(seats.map(\.priceName)), \(seats.map(\.isAccessible)),
                    \(seats.map(\.isBlocked)), \(seats.map(\.x)), \(seats.map(\.y)))
                """
        }
    }
}
