import JSON
import Testing
import Ticketing
import TicketingTesting

@testable import Bootstrap

/// Orders stand in the book, and the ledger has lost what they sold.
@Suite("A ledger written back from its orders")
struct LedgerCommandTests {
    private let terminal = Terminal()
    private let first = IntentDraft("a", buyer: "ana", seats: ["A-1-1", "A-1-2"]).intent
    private let second = IntentDraft("b", buyer: "bo", seats: ["B-1-1"]).intent
    private let rebuild = ["ledger", "rebuild", "small-hall", "--workers-stopped"]

    init() async throws {
        let (first, second) = (first, second)
        try await withStores { stores in
            _ = try await stores.catalogue.importListing(SmallHall().listing, now: SmallHall.opensAt)
            _ = try await stores.orders.decide(
                try [first, second].map {
                    Decision(attempt: $0.attempt, intent: $0.id, verdict: .confirmed(try order(of: $0)))
                })
        }
    }

    private func order(of intent: PaymentIntent) throws -> Order {
        try Order(
            number: intent.prospectiveOrder, intent: intent.id, event: intent.event, buyer: intent.buyer,
            amount: intent.amount, paymentReference: "ch_1", placedAt: intent.createdAt,
            tickets: intent.seats.map {
                Ticket(
                    code: try TicketCode("code-\($0.id.text)"), seat: $0.id, section: $0.section,
                    price: $0.price)
            })
    }

    private func withStores(_ body: (Stores) async throws -> Void) async throws {
        let request = try CommandLineRequest.read(
            .allInOne, arguments: ["--data", terminal.data.path], environment: [:], cores: 1)
        guard case .run(let configuration) = request else {
            Issue.record("no configuration")
            return
        }
        let stores = try Stores(configuration.stores)
        defer { stores.close() }
        try await body(stores)
    }

    /// Present, written, failed.
    private func counts(_ answer: Terminal.Answer) -> [Int64?] {
        var failed: Int64?
        if case .array(let orders)? = answer.json?["failed"] { failed = Int64(orders.count) }
        return [answer.json?["present"]?.integer, answer.json?["written"]?.integer, failed]
    }

    @Test("every sold seat is sold again, once, and everything adds up")
    func rebuilt() async throws {
        #expect(terminal.run(["integrity", "small-hall"]).code == 1, "three tickets without a sold seat")
        let answer = terminal.run(rebuild + ["--json"])
        #expect(answer.code == 0, "\(answer.err)")
        #expect(counts(answer) == [0, 2, 0])
        let again = terminal.run(rebuild + ["--json"])
        #expect(again.code == 0 && counts(again) == [2, 0, 0])
        try await withStores { stores in
            let locks = try await stores.ledger.locks(in: .named("A"), of: first.event)
            #expect(Set(locks.map(\.seat.text)) == ["A-1-1", "A-1-2"])
            #expect(try await stores.ledger.intent(first.id)?.order == first.prospectiveOrder)
        }
        let count = terminal.run(["integrity", "small-hall", "--json"]).json
        #expect(count?["sold"] == .integer(3) && count?["ticketsInOrders"] == .integer(3))
    }

    @Test("nothing is written by a dry run, nor while nobody says that the workers are stopped")
    func careful() async throws {
        #expect(terminal.run(["ledger", "rebuild", "small-hall"]).code == 64)
        let dry = terminal.run(["ledger", "rebuild", "small-hall", "--dry-run", "--json"])
        #expect(dry.code == 0 && counts(dry) == [0, 2, 0])
        try await withStores { stores in
            let stored = try await stores.ledger.intent(first.id)
            #expect(stored == nil)
        }
    }

    @Test("an intent that was half-way goes on from there")
    func halfWay() async throws {
        try await withStores { stores in
            _ = try await stores.ledger.open(first, seatsPerBuyer: 6, now: first.createdAt)
            _ = try await stores.ledger.open(second, seatsPerBuyer: 6, now: second.createdAt)
            _ = try await stores.ledger.claim(second.id, now: second.createdAt)
        }
        #expect(counts(terminal.run(rebuild + ["--json"])) == [0, 2, 0])
    }

    @Test("a seat that somebody else has is left, and its order is named")
    func conflict() async throws {
        let other = IntentDraft("c", buyer: "cy", seats: ["A-1-2"]).intent
        try await withStores { stores in
            _ = try await stores.ledger.open(other, seatsPerBuyer: 6, now: other.createdAt)
            _ = try await stores.ledger.claim(other.id, now: other.createdAt)
        }
        let answer = terminal.run(rebuild)
        #expect(answer.code == 1)
        #expect(answer.err.contains("order \(first.prospectiveOrder): somebody else has A-1-2"))
        #expect(answer.out.contains("0 orders stood in the ledger, 1 were written back, 1 could not be"))
    }

    @Test("an intent that has ended otherwise is left as it is")
    func ended() async throws {
        try await withStores { stores in
            _ = try await stores.ledger.open(first, seatsPerBuyer: 6, now: first.createdAt)
            _ = try await stores.ledger.claim(first.id, now: first.createdAt)
            _ = try await stores.ledger.settle(first.id, as: .declined, now: first.createdAt)
        }
        let answer = terminal.run(rebuild)
        #expect(answer.code == 1 && answer.err.contains("has ended as declined"))
    }

    @Test("an event that nobody knows, and a store that is not there, are refused")
    func unknown() {
        #expect(terminal.run(["ledger", "rebuild", "other", "--workers-stopped"]).code == 66)
        #expect(terminal.run(rebuild, environment: ["TICKET_LEDGER": "sqlite:/nowhere/x.db"]).code == 66)
    }
}
