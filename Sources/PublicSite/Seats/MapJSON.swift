import JSON
import Ticketing

/// Where the seats are: the part of a map that never changes under its hash.
enum MapJSON {
    static func body(_ plan: SeatingPlan) -> [UInt8] {
        var writer = JSONWriter(capacity: plan.seatCount * 120 + 128)
        writer.object { writer in
            writer.member("event", plan.event.text)
            writer.member("hash", plan.map.hash.text)
            writer.array("seats") { writer in
                for seat in plan.map.seats {
                    writer.object { writer in
                        writer.member("id", seat.id.text)
                        writer.member("section", seat.section.text)
                        writer.member("row", seat.row)
                        writer.member("number", seat.number)
                        writer.member("price", seat.priceName)
                        writer.member("accessible", seat.isAccessible)
                        writer.member("x", seat.x)
                        writer.member("y", seat.y)
                    }
                }
            }
        }
        return writer.bytes
    }
}
