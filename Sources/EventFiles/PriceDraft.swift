import JSON
import Ticketing

/// A price as the file says it: `{"name": "stalls", "amount": 12000}`, in minor units.
struct PriceDraft {
    private let offset: Int
    private var name: String?
    private var amount: Int?

    init(_ reader: inout JSONReader, _ faults: inout EventFaultList) throws(JSONError) {
        offset = reader.offset
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "name": name = try reader.string()
            case "amount": amount = Int(try reader.integer())
            default: faults.add(reader.unknownMember(named: String(key)), at: reader.offset)
            }
        }
        if name == nil || amount == nil { faults.add("a price needs `name` and `amount`", at: offset) }
    }

    /// `known` are the names of the prices before it.
    func price(_ currency: Currency, _ known: inout Set<String>, _ faults: inout EventFaultList) -> Price? {
        guard let name, let amount else { return nil }
        if !known.insert(name).inserted { faults.add("there are two prices called `\(name)`", at: offset) }
        return faults.check(at: offset) { () throws(InvalidValue) in
            try Price(name: name, amount: try Money(minorUnits: amount, currency: currency))
        }
    }
}
