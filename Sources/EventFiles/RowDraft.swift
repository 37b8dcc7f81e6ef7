import JSON
import Ticketing

/// A row as the file says it: `{"row": "1", "from": 1, "to": 20, "price": "stalls", "x": 0, "y": 10}`, with the
/// numbers of the seats that are accessible or blocked. Its seats are called SECTION-ROW-NUMBER.
struct RowDraft {
    private let offset: Int
    private var row: String?
    private var first: Int?
    private var last: Int?
    private var price: String?
    private var x = 0
    private var y = 0
    /// How far two neighbours are apart.
    private var step = 10
    private var accessible: Set<Int> = []
    private var blocked: Set<Int> = []

    init(_ reader: inout JSONReader, _ faults: inout EventFaultList) throws(JSONError) {
        offset = reader.offset
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "row": row = try reader.string()
            case "from": first = try reader.integer(in: Self.numbers)
            case "to": last = try reader.integer(in: Self.numbers)
            case "price": price = try reader.string()
            case "x": x = try reader.integer(in: Seat.coordinateRange)
            case "y": y = try reader.integer(in: Seat.coordinateRange)
            case "step": step = try reader.integer(in: 1...1_000)
            case "accessible": accessible = try Self.readNumbers(&reader)
            case "blocked": blocked = try Self.readNumbers(&reader)
            default: faults.add(reader.unknownMember(named: String(key)), at: reader.offset)
            }
        }
        guard row != nil, let first, let last, price != nil else {
            faults.add("a row needs `row`, `from`, `to` and `price`", at: offset)
            return
        }
        guard first <= last else {
            faults.add("`from` is above `to`", at: offset)
            return
        }
        for number in accessible.union(blocked).sorted() where !(first...last).contains(number) {
            faults.add("seat \(number) is not one of this row's, \(first) to \(last)", at: offset)
        }
    }

    private static let numbers = 0...99_999

    var seatCount: Int {
        guard let first, let last, first <= last else { return 0 }
        return last - first + 1
    }

    func seats(
        in section: SectionID, _ priceNames: Set<String>, _ known: inout Set<SeatID>,
        _ faults: inout EventFaultList
    ) -> [Seat] {
        guard let row, let first, let last, let price, first <= last else { return [] }
        guard priceNames.contains(price) else {
            faults.add("`\(price)` is not the name of a price", at: offset)
            return []
        }
        var seats: [Seat] = []
        seats.reserveCapacity(seatCount)
        for number in first...last {
            let seat = faults.check(at: offset) { () throws(InvalidValue) in
                try Seat(
                    id: try SeatID("\(section)-\(row)-\(number)"), section: section, row: row,
                    number: String(number), priceName: price, isAccessible: accessible.contains(number),
                    x: x + (number - first) * step, y: y, isBlocked: blocked.contains(number))
            }
            // One fault says what is wrong with the whole row.
            guard let seat else { return [] }
            guard known.insert(seat.id).inserted else {
                faults.add("seat \(seat.id) stands in the file twice", at: offset)
                return []
            }
            seats.append(seat)
        }
        return seats
    }

    private static func readNumbers(_ reader: inout JSONReader) throws(JSONError) -> Set<Int> {
        var numbers: Set<Int> = []
        try reader.array { reader throws(JSONError) in numbers.insert(try reader.integer(in: Self.numbers)) }
        return numbers
    }
}
