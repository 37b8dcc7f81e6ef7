import JSON
import Ticketing

/// A section as the file says it: rows of numbered seats. A single seat is a row of one.
struct SectionDraft {
    private let offset: Int
    private var id: SectionID?
    private var name: String?
    private var rows: [RowDraft] = []

    init(_ reader: inout JSONReader, _ faults: inout EventFaultList) throws(JSONError) {
        offset = reader.offset
        try reader.object { key, reader throws(JSONError) in
            let offset = reader.offset
            switch key {
            case "id":
                let text = try reader.string()
                id = faults.check(at: offset) { () throws(InvalidValue) in try SectionID(text) }
            case "name": name = try reader.string()
            case "rows":
                try reader.array { reader throws(JSONError) in rows.append(try RowDraft(&reader, &faults)) }
            default: faults.add(reader.unknownMember(named: String(key)), at: offset)
            }
        }
        if id == nil { faults.add("a section needs an `id`", at: offset) }
        if rows.isEmpty { faults.add("a section needs `rows` with at least one row", at: offset) }
    }

    private var seatCount: Int { rows.reduce(0) { $0 + $1.seatCount } }

    func section(_ faults: inout EventFaultList) -> Section? {
        guard let id else { return nil }
        return faults.check(at: offset) { () throws(InvalidValue) in
            try Section(id: id, name: name ?? id.text, seatCount: seatCount)
        }
    }

    /// Its seats in the order of the file; `known` are the seats of the sections before it.
    func seats(_ priceNames: Set<String>, _ known: inout Set<SeatID>, _ faults: inout EventFaultList)
        -> [Seat]
    {
        guard let id else { return [] }
        return rows.flatMap { $0.seats(in: id, priceNames, &known, &faults) }
    }
}
