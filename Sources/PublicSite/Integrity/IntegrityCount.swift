import JSON
import Ticketing

/// Every seat of an event counted by state, beside what the orders and the queue say.
///
/// Each seat and each lock is looked at once, nothing is derived from another number, nothing is clamped: if
/// the house does not add up, it shows.
struct IntegrityCount: Sendable {
    private(set) var capacity = 0
    private(set) var free = 0
    private(set) var held = 0
    private(set) var selling = 0
    private(set) var sold = 0
    private(set) var blocked = 0
    private(set) var strays = 0

    init(plan: SeatingPlan, taken: [TakenSeats]) {
        capacity = plan.seatCount
        var isTaken = [Bool](repeating: false, count: plan.seatCount)
        for section in taken {
            held += section.held
            selling += section.selling
            sold += section.sold
            strays += section.strays
            for seat in section.packed { isTaken[Int(seat >> 2)] = true }
        }
        for (index, seat) in plan.map.seats.enumerated() where !isTaken[index] {
            if seat.isBlocked { blocked += 1 } else { free += 1 }
        }
    }

    func json(
        event: EventID, oversold: Int, ticketsInOrders: Int, queue: QueueStats
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("event", event.text)
            writer.member("capacity", capacity)
            writer.member("free", free)
            writer.member("held", held)
            writer.member("selling", selling)
            writer.member("sold", sold)
            writer.member("blocked", blocked)
            writer.member("oversold", oversold)
            writer.member("ticketsInOrders", ticketsInOrders)
            writer.member("strays", strays)
            writer.member("queueDepth", queue.visible + queue.inFlight)
            // SQS tells no age: then there is none, rather than one that says all is well.
            if let waitMs = queue.waitMs {
                writer.member("workerLagMs", waitMs)
            } else {
                writer.null("workerLagMs")
            }
        }
        return writer.bytes
    }
}
