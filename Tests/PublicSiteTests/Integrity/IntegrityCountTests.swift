import JSON
import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("The page of an event's numbers")
struct IntegrityCountTests {
    @Test(
        "tells the age of the oldest message, 0 when none waits, and null when the queue does not tell",
        arguments: [
            (QueueStats(visible: 0, inFlight: 0, dead: 3, oldestAgeMs: nil), JSONValue.integer(0)),
            (QueueStats(visible: 1, inFlight: 0, dead: 0, oldestAgeMs: 35), .integer(35)),
            (QueueStats(visible: 1, inFlight: 0, dead: 0, oldestAgeMs: nil), .null),
            (QueueStats(visible: 0, inFlight: 2, dead: 0, oldestAgeMs: nil), .null),
        ])
    func workerLag(queue: QueueStats, expected: JSONValue) throws {
        let count = IntegrityCount(plan: SeatingPlan(SmallHall().listing), taken: [])
        let page = count.json(event: SmallHall().event, oversold: 0, ticketsInOrders: 0, queue: queue)
        #expect(try JSONValue(parsing: page)["workerLagMs"] == expected)
    }
}
