import Ticketing

/// An event as bytes. Everything of it is written, so equal events have equal bytes.
enum EventBody {
    private static let form: UInt64 = 1

    static func encode(_ event: Event) -> [UInt8] {
        var record = RecordWriter(capacity: 512)
        record.write(form)
        record.write(event.id.text)
        record.write(event.name)
        record.write(event.venue)
        record.write(event.currency.code)
        record.write(event.saleWindow.opensAt)
        record.write(event.saleWindow.closesAt)
        record.write(event.limits.seatsPerIntent)
        record.write(event.limits.seatsPerBuyer)
        record.write(event.limits.holdSeconds)
        record.write(event.prices.count)
        for price in event.prices {
            record.write(price.name)
            record.write(price.amount)
        }
        record.write(event.sections.count)
        for section in event.sections {
            record.write(section.id.text)
            record.write(section.name)
            record.write(section.seatCount)
        }
        record.write(event.mapHash.text)
        return record.bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws(PortError) -> Event {
        var record = RecordReader(bytes, place: "an event")
        guard try record.unsigned() == form else { throw record.corrupt("an unknown form") }
        let id = try record.text()
        let name = try record.text()
        let venue = try record.text()
        let currency = try record.text()
        let opensAt = try record.moment()
        let closesAt = try record.moment()
        let seatsPerIntent = try record.int()
        let seatsPerBuyer = try record.int()
        let holdSeconds = try record.int()
        var prices: [Price] = []
        for _ in 0..<(try record.count()) {
            let name = try record.text()
            let amount = try record.money()
            prices.append(
                try record.valid { () throws(InvalidValue) in try Price(name: name, amount: amount) })
        }
        var sections: [Section] = []
        for _ in 0..<(try record.count()) {
            let id = try record.text()
            let name = try record.text()
            let seatCount = try record.int()
            sections.append(
                try record.valid { () throws(InvalidValue) in
                    try Section(id: SectionID(id), name: name, seatCount: seatCount)
                })
        }
        let mapHash = try record.text()
        try record.end()
        return try record.valid { () throws(InvalidValue) in
            try Event(
                id: EventID(id), name: name, venue: venue, currency: Currency(currency),
                saleWindow: SaleWindow(opensAt: opensAt, closesAt: closesAt),
                limits: SaleLimits(
                    seatsPerIntent: seatsPerIntent, seatsPerBuyer: seatsPerBuyer, holdSeconds: holdSeconds),
                prices: prices, sections: sections, mapHash: ContentHash(mapHash))
        }
    }
}
