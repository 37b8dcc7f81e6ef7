import JSON
import Ticketing

/// What an event file says, read but not yet put together: values that are wrong by themselves are faults
/// already, and are nil here.
struct EventDraft {
    private var start = 0
    private var id: EventID?
    private var name: String?
    private var venue: String?
    private var currency: Currency?
    private var saleWindow: SaleWindow?
    private var limits: SaleLimits?
    private var prices: [PriceDraft] = []
    private var sections: [SectionDraft] = []

    private static let required = ["id", "name", "venue", "currency", "sale", "limits", "prices", "sections"]

    init(_ reader: inout JSONReader, _ faults: inout EventFaultList) throws(JSONError) {
        start = reader.offset
        var seen: Set<String> = []
        try reader.object { key, reader throws(JSONError) in
            seen.insert(String(key))
            let offset = reader.offset
            switch key {
            case "id":
                let text = try reader.string()
                id = faults.check(at: offset) { () throws(InvalidValue) in try EventID(text) }
            case "name": name = try reader.string()
            case "venue": venue = try reader.string()
            case "currency":
                let text = try reader.string()
                currency = faults.check(at: offset) { () throws(InvalidValue) in try Currency(text) }
            case "sale": saleWindow = try Self.readWindow(&reader, &faults)
            case "limits": limits = try Self.readLimits(&reader, &faults)
            case "prices":
                try reader.array { reader throws(JSONError) in prices.append(try PriceDraft(&reader, &faults))
                }
            case "sections":
                try reader.array { reader throws(JSONError) in
                    sections.append(try SectionDraft(&reader, &faults))
                }
            default: faults.add(reader.unknownMember(named: String(key)), at: offset)
            }
        }
        for member in Self.required where !seen.contains(member) {
            faults.add("the event has no `\(member)`", at: start)
        }
    }

    /// The whole, checked as a whole.
    func listing(_ faults: inout EventFaultList) -> Listing? {
        guard let id, let name, let venue, let currency, let saleWindow, let limits else { return nil }
        var priceNames: Set<String> = []
        let prices = prices.compactMap { $0.price(currency, &priceNames, &faults) }
        var seatIDs: Set<SeatID> = []
        var seats: [Seat] = []
        for section in sections { seats += section.seats(priceNames, &seatIDs, &faults) }
        let counted = sections.compactMap { $0.section(&faults) }
        guard faults.isEmpty else { return nil }
        return faults.check(at: start) { () throws(InvalidValue) in
            let map = try SeatMap(hash: try MapHash.of(seats), seats: seats)
            let event = try Event(
                id: id, name: name, venue: venue, currency: currency, saleWindow: saleWindow, limits: limits,
                prices: prices, sections: counted, mapHash: map.hash)
            return try Listing(event: event, map: map)
        }
    }

    private static func readWindow(
        _ reader: inout JSONReader, _ faults: inout EventFaultList
    ) throws(JSONError) -> SaleWindow? {
        let start = reader.offset
        var opensAt: Timestamp?
        var closesAt: Timestamp?
        try reader.object { key, reader throws(JSONError) in
            let offset = reader.offset
            switch key {
            case "opensAt":
                let text = try reader.string()
                opensAt = faults.check(at: offset) { () throws(InvalidValue) in try Timestamp(rfc3339: text) }
            case "closesAt":
                let text = try reader.string()
                closesAt = faults.check(at: offset) { () throws(InvalidValue) in try Timestamp(rfc3339: text)
                }
            default: faults.add(reader.unknownMember(named: String(key)), at: offset)
            }
        }
        guard let opensAt, let closesAt else {
            faults.add("`sale` needs `opensAt` and `closesAt`, as 2026-12-01T10:00:00.000Z", at: start)
            return nil
        }
        return faults.check(at: start) { () throws(InvalidValue) in
            try SaleWindow(opensAt: opensAt, closesAt: closesAt)
        }
    }

    private static func readLimits(
        _ reader: inout JSONReader, _ faults: inout EventFaultList
    ) throws(JSONError) -> SaleLimits? {
        let start = reader.offset
        var seatsPerIntent: Int?
        var seatsPerBuyer: Int?
        var holdSeconds: Int?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "seatsPerIntent": seatsPerIntent = Int(try reader.integer())
            case "seatsPerBuyer": seatsPerBuyer = Int(try reader.integer())
            case "holdSeconds": holdSeconds = Int(try reader.integer())
            default: faults.add(reader.unknownMember(named: String(key)), at: reader.offset)
            }
        }
        guard let seatsPerIntent, let seatsPerBuyer, let holdSeconds else {
            faults.add("`limits` needs `seatsPerIntent`, `seatsPerBuyer` and `holdSeconds`", at: start)
            return nil
        }
        return faults.check(at: start) { () throws(InvalidValue) in
            try SaleLimits(
                seatsPerIntent: seatsPerIntent, seatsPerBuyer: seatsPerBuyer, holdSeconds: holdSeconds)
        }
    }
}

extension JSONReader {
    func unknownMember(named name: String) -> String { "`\(name)` is not a member that is known here" }
}
