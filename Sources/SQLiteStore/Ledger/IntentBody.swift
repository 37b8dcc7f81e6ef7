import Ticketing

/// The part of an intent that never changes, as bytes.
enum IntentBody {
    private static let form: UInt64 = 1

    static func encode(_ intent: PaymentIntent) -> [UInt8] {
        var record = RecordWriter(capacity: 192 + intent.answer.count)
        record.write(form)
        record.write(intent.event.text)
        record.write(intent.buyer.text)
        record.write(intent.payment.name)
        record.write(intent.payment.token)
        record.write(intent.fingerprint.bytes)
        record.write(intent.answer)
        record.write(intent.amount.currency.code)
        record.write(intent.seats.count)
        for seat in intent.seats {
            record.write(seat.id.text)
            record.write(seat.section.text)
            record.write(seat.price.minorUnits)
        }
        return record.bytes
    }

    /// Whether the intent was made by the same request; without building the rest of it.
    static func fingerprint(in bytes: UnsafeRawBufferPointer) throws(PortError) -> [UInt8] {
        var record = try reader(bytes)
        for _ in 0..<4 { _ = try record.text() }
        return try record.blob()
    }

    static func decode(_ bytes: UnsafeRawBufferPointer, row: IntentRow) throws(PortError) -> PaymentIntent {
        var record = try reader(bytes)
        let event = try record.text()
        let buyer = try record.text()
        let paymentName = try record.text()
        let paymentToken = try record.text()
        let fingerprint = try record.blob()
        let answer = try record.blob()
        let currencyCode = try record.text()
        let currency = try record.valid { () throws(InvalidValue) in try Currency(currencyCode) }
        var seats: [ChosenSeat] = []
        for _ in 0..<(try record.count()) {
            let id = try record.text()
            let section = try record.text()
            let minorUnits = try record.int()
            seats.append(
                try record.valid { () throws(InvalidValue) in
                    ChosenSeat(
                        id: try SeatID(id), section: try SectionID(section),
                        price: try Money(minorUnits: minorUnits, currency: currency))
                })
        }
        try record.end()
        return try record.valid { () throws(InvalidValue) in
            try PaymentIntent(
                id: row.id, event: EventID(event), buyer: BuyerID(buyer), seats: seats,
                payment: PaymentMethod(name: paymentName, token: paymentToken),
                fingerprint: IdempotencyFingerprint(bytes: fingerprint), attempt: row.attempt,
                answer: answer, createdAt: row.createdAt, holdExpiresAt: row.holdExpiresAt
            ).restored(state: row.state, order: row.order, endedAt: row.endedAt)
        }
    }

    private static func reader(_ bytes: UnsafeRawBufferPointer) throws(PortError) -> RecordReader {
        var record = RecordReader(bytes, place: "an intent")
        guard try record.unsigned() == form else { throw record.corrupt("an unknown form") }
        return record
    }
}
