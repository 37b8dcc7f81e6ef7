import Synchronization
import Ticketing

/// Confirmed decisions for seats that nobody has yet, one ticket each, as a worker makes them of paid intents.
final class OrderStream: Sendable {
    private let event: EventID
    private let price: Money
    private let placedAt = Timestamp(msSinceEpoch: 1_900_000_000_000)
    private let nextSeat = Atomic(0)
    private let key = String(repeating: "k", count: 86)

    /// `event` has to be new to the database: its seats are numbered from 0.
    init(event: String) throws {
        self.event = try EventID(event)
        price = try Money(minorUnits: 90_000, currency: Currency("KRW"))
    }

    func next(_ count: Int) throws -> [Decision] {
        let first = nextSeat.add(count, ordering: .relaxed).oldValue
        return try (first..<(first + count)).map { try decision($0) }
    }

    private func decision(_ number: Int) throws -> Decision {
        // Spread over the hall, as buyers are.
        let place = Int(UInt32(truncatingIfNeeded: number &* 2_654_435_761))
        let section = try SectionID("S\(number % 40)")
        let seat = try SeatID("\(section)-\(place / 100 % 100)-\(place)")
        let attempt = Attempt(high: .random(in: 0...UInt64.max), low: .random(in: 0...UInt64.max))
        let intent = try IntentID(digest: attempt.bytes + attempt.bytes)
        let ticket = Ticket(
            code: try TicketCode("t1.\(event).\(seat).\(attempt).\(key)"), seat: seat, section: section,
            price: price)
        let order = try Order(
            number: OrderNumber(derivedFrom: attempt), intent: intent, event: event,
            buyer: BuyerID("b_\(number % 50_000)"), amount: price, paymentReference: "sandbox-\(attempt)",
            placedAt: placedAt, tickets: [ticket])
        return Decision(attempt: attempt, intent: intent, verdict: .confirmed(order))
    }
}
