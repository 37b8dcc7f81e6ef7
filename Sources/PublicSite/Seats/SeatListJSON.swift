import JSON
import Ticketing

/// The seats in words, for people and screen readers.
enum SeatListJSON {
    /// All seats, or those of one section, in map order.
    static func body(_ snapshot: SeatSnapshot, section: SectionID?) -> [UInt8] {
        let seats = snapshot.plan.map.seats
        let indices = section.map { snapshot.plan.seatsOfSection[$0] ?? [] }
        var writer = JSONWriter(capacity: (indices?.count ?? seats.count) * 120 + 128)
        writer.object { writer in
            writer.member("event", snapshot.plan.event.text)
            writer.member("version", snapshot.version)
            writer.array("seats") { writer in
                guard let indices else {
                    for (index, seat) in seats.enumerated() { write(seat, snapshot.states[index], &writer) }
                    return
                }
                for index in indices {
                    write(seats[Int(index)], snapshot.states[Int(index)], &writer)
                }
            }
        }
        return writer.bytes
    }

    private static func write(_ seat: Seat, _ state: SeatAvailability, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", seat.id.text)
            writer.member("section", seat.section.text)
            writer.member("row", seat.row)
            writer.member("number", seat.number)
            writer.member("state", state.word)
            writer.member("price", seat.priceName)
            writer.member("accessible", seat.isAccessible)
        }
    }
}

extension SeatAvailability {
    fileprivate var word: StaticString {
        switch self {
        case .free: "free"
        case .held: "held"
        case .sold: "sold"
        case .blocked: "blocked"
        }
    }
}
