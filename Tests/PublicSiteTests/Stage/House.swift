import Ticketing
import TicketingTesting

@testable import PublicSite

/// The domain's: Telemetry has one of the same name.
typealias Timestamp = Ticketing.Timestamp

/// Everything a public service reads from, in memory, on a manual clock and with a switch at each port.
struct House: Sendable {
    let clock = ManualClock()
    let reference = ReferenceLedger()
    let ledger: SwitchedLedger
    let catalogue: SwitchedCatalogue
    let orders = ReferenceOrderBook()
    let queue: ReferenceQueue
    let cache: SwitchedCache
    let randomness = SeededRandomness(seed: 7)

    init() {
        ledger = SwitchedLedger(inner: reference)
        catalogue = SwitchedCatalogue(inner: ReferenceCatalogue(ledger: reference))
        queue = ReferenceQueue(clock: clock)
        cache = SwitchedCache(inner: ReferenceCache(clock: clock))
    }

    var ports: PublicPorts {
        PublicPorts(
            catalogue: catalogue, ledger: ledger, orders: orders, queue: queue, cache: cache, clock: clock,
            randomness: randomness)
    }

    func bring(_ listing: Listing) async throws {
        _ = try await catalogue.importListing(listing, now: clock.now())
    }

    /// Holds the seats for an intent made from the key.
    @discardableResult
    func hold(_ key: String, _ seats: [String], in hall: SmallHall = SmallHall()) async throws
        -> PaymentIntent
    {
        let intent = IntentDraft(key, buyer: key, seats: seats, in: hall, at: clock.now()).intent
        guard case .opened = try await reference.open(intent, seatsPerBuyer: 1_000, now: clock.now()) else {
            fatalError("the seats \(seats) were not free")
        }
        return intent
    }

    /// Sells them outright, tickets included.
    func sell(_ key: String, _ seats: [String], in hall: SmallHall = SmallHall()) async throws {
        let intent = try await hold(key, seats, in: hall)
        let order = try Order(
            number: OrderNumber(derivedFrom: intent.attempt), intent: intent.id, event: intent.event,
            buyer: intent.buyer, amount: .won(1), paymentReference: "capture", placedAt: clock.now(),
            tickets: intent.seats.map {
                Ticket(code: .named("t-\($0.id)"), seat: $0.id, section: $0.section, price: $0.price)
            })
        _ = try await orders.decide([
            Decision(attempt: intent.attempt, intent: intent.id, verdict: .confirmed(order))
        ])
        _ = try await reference.claim(intent.id, now: clock.now())
        _ = try await reference.settle(intent.id, as: .confirmed(order.number), now: clock.now())
    }
}
