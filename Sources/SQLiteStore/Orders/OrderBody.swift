import Ticketing

/// An order without its tickets' seats, which stand in rows of their own, as bytes.
enum OrderBody {
    private static let form: UInt64 = 1

    static func encode(_ order: Order, firstTicketNo: Int64) -> [UInt8] {
        var record = RecordWriter(capacity: 192)
        record.write(form)
        record.write(order.number.text)
        record.write(order.intent.text)
        record.write(order.event.text)
        record.write(order.buyer.text)
        record.write(order.amount)
        record.write(order.paymentReference)
        record.write(order.placedAt)
        record.write(firstTicketNo)
        record.write(order.tickets.count)
        return record.bytes
    }

    static func encode(_ ticket: Ticket) -> [UInt8] {
        var record = RecordWriter(capacity: 160)
        record.write(ticket.code.text)
        record.write(ticket.section.text)
        record.write(ticket.price)
        return record.bytes
    }

    /// `tickets` reads so many rows from that number on.
    static func decode(
        _ bytes: UnsafeRawBufferPointer,
        tickets: (_ firstNo: Int64, _ count: Int) throws(PortError) -> [Ticket]
    ) throws(PortError) -> Order {
        var record = RecordReader(bytes, place: "an order")
        guard try record.unsigned() == form else { throw record.corrupt("an unknown form") }
        let number = try record.text()
        let intent = try record.text()
        let event = try record.text()
        let buyer = try record.text()
        let amount = try record.money()
        let paymentReference = try record.text()
        let placedAt = try record.moment()
        let firstTicketNo = try record.number()
        let ticketCount = try record.int()
        try record.end()
        let tickets = try tickets(firstTicketNo, ticketCount)
        guard tickets.count == ticketCount else { throw record.corrupt("fewer tickets than it says") }
        return try record.valid { () throws(InvalidValue) in
            try Order(
                number: OrderNumber(number), intent: IntentID(intent), event: EventID(event),
                buyer: BuyerID(buyer), amount: amount, paymentReference: paymentReference,
                placedAt: placedAt, tickets: tickets)
        }
    }

    static func decodeTicket(seat: String, _ bytes: UnsafeRawBufferPointer) throws(PortError) -> Ticket {
        var record = RecordReader(bytes, place: "a ticket")
        let code = try record.text()
        let section = try record.text()
        let price = try record.money()
        try record.end()
        return try record.valid { () throws(InvalidValue) in
            try Ticket(
                code: TicketCode(code), seat: SeatID(seat), section: SectionID(section), price: price)
        }
    }
}
