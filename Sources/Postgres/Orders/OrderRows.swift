import Ticketing

/// Orders as they are read: a row for each ticket, an order's rows together and in the buyer's order.
enum OrderRows {
    /// What stands before and behind the choice of orders.
    static let head: SQLPart = """
        SELECT o.number, o.intent, o.event_id, o.buyer, o.minor_units, o.currency, o.payment_reference,
            o.placed_at, s.seat_id, t.section_id, t.code, t.minor_units, t.currency
        FROM (SELECT * FROM orders
        """
    static let tail: SQLPart = """
        ) AS o
        CROSS JOIN LATERAL unnest(string_to_array(o.seats, ' ')) WITH ORDINALITY AS s (seat_id, position)
        LEFT JOIN tickets AS t
            ON t.event_id = o.event_id AND t.seat_id = s.seat_id AND t.order_number = o.number
        ORDER BY o.number, s.position
        """

    static func decode(_ rows: ResultRows) throws(PostgresFailure) -> [Order] {
        var orders: [Order] = []
        var row = 0
        while row < rows.count {
            let number = try rows.text(row, 0)
            var tickets: [Ticket] = []
            let first = row
            while row < rows.count, try rows.text(row, 0) == number {
                guard !rows.isNull(row, 9) else {
                    throw PostgresFailure(.nonsense, "order \(number) lacks a ticket that it names")
                }
                tickets.append(try ticket(rows, row))
                row += 1
            }
            orders.append(try order(rows, first, tickets))
        }
        return orders
    }

    private static func ticket(_ rows: ResultRows, _ row: Int) throws(PostgresFailure) -> Ticket {
        let seat = try rows.text(row, 8)
        let section = try rows.text(row, 9)
        let code = try rows.text(row, 10)
        let minorUnits = try rows.int(row, 11)
        let currency = try rows.text(row, 12)
        return try PortCalls.valid("a ticket") { () throws(InvalidValue) in
            try Ticket(
                code: TicketCode(code), seat: SeatID(seat), section: SectionID(section),
                price: Money(minorUnits: minorUnits, currency: Currency(currency)))
        }
    }

    private static func order(
        _ rows: ResultRows, _ row: Int, _ tickets: [Ticket]
    ) throws(PostgresFailure) -> Order {
        let number = try rows.text(row, 0)
        let intent = try rows.text(row, 1)
        let event = try rows.text(row, 2)
        let buyer = try rows.text(row, 3)
        let minorUnits = try rows.int(row, 4)
        let currency = try rows.text(row, 5)
        let reference = try rows.text(row, 6)
        let placedAt = try rows.moment(row, 7)
        return try PortCalls.valid("an order") { () throws(InvalidValue) in
            try Order(
                number: OrderNumber(number), intent: IntentID(intent), event: EventID(event),
                buyer: BuyerID(buyer), amount: Money(minorUnits: minorUnits, currency: Currency(currency)),
                paymentReference: reference, placedAt: placedAt, tickets: tickets)
        }
    }
}
