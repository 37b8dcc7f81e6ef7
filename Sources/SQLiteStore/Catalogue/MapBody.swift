import Ticketing

/// A seat map as bytes, in map order. Sections, rows and price names repeat from seat to seat, so each is
/// written once and then named by its number.
enum MapBody {
    private static let form: UInt64 = 1

    private struct Words {
        private(set) var texts: [String] = []
        private var numberByText: [String: Int] = [:]

        mutating func number(of text: String) -> UInt64 {
            if let number = numberByText[text] { return UInt64(number) }
            numberByText[text] = texts.count
            texts.append(text)
            return UInt64(texts.count - 1)
        }
    }

    static func encode(_ map: SeatMap) -> [UInt8] {
        var words = Words()
        var seats = RecordWriter(capacity: map.seats.count * 24)
        for seat in map.seats {
            seats.write(seat.id.text)
            seats.write(words.number(of: seat.section.text))
            seats.write(words.number(of: seat.row))
            seats.write(words.number(of: seat.number))
            seats.write(words.number(of: seat.priceName))
            seats.write(seat.x)
            seats.write(seat.y)
            seats.write(UInt64((seat.isAccessible ? 1 : 0) | (seat.isBlocked ? 2 : 0)))
        }
        var record = RecordWriter(capacity: seats.bytes.count + 4_096)
        record.write(form)
        record.write(map.hash.text)
        record.write(words.texts.count)
        for text in words.texts { record.write(text) }
        record.write(map.seats.count)
        return record.bytes + seats.bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws(PortError) -> SeatMap {
        var record = RecordReader(bytes, place: "a seat map")
        guard try record.unsigned() == form else { throw record.corrupt("an unknown form") }
        let hash = try record.text()
        var words: [String] = []
        for _ in 0..<(try record.count()) { words.append(try record.text()) }
        func word(_ record: inout RecordReader) throws(PortError) -> String {
            let number = try record.unsigned()
            guard number < UInt64(words.count) else { throw record.corrupt("an unknown word") }
            return words[Int(number)]
        }
        let seatCount = try record.count()
        var seats: [Seat] = []
        seats.reserveCapacity(seatCount)
        for _ in 0..<seatCount {
            let id = try record.text()
            let section = try word(&record)
            let row = try word(&record)
            let number = try word(&record)
            let priceName = try word(&record)
            let x = try record.int()
            let y = try record.int()
            let flags = try record.unsigned()
            seats.append(
                try record.valid { () throws(InvalidValue) in
                    try Seat(
                        id: SeatID(id), section: SectionID(section), row: row, number: number,
                        priceName: priceName, isAccessible: flags & 1 != 0, x: x, y: y,
                        isBlocked: flags & 2 != 0)
                })
        }
        try record.end()
        return try record.valid { () throws(InvalidValue) in
            try SeatMap(hash: ContentHash(hash), seats: seats)
        }
    }
}
