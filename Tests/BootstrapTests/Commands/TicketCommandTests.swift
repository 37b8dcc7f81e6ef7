import Cryptography
import JSON
import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@testable import Bootstrap

/// An order in the book, made as the worker makes it, and what a venue does with its tickets.
@Suite("Tickets of an order")
struct TicketCommandTests {
    private let terminal = Terminal()
    private let intent = IntentDraft("a", seats: ["A-1-1", "A-1-2"]).intent
    private var number: String { intent.prospectiveOrder.text }
    private var prints: String { "\(terminal.data.path)/prints" }

    init() async throws {
        let data = terminal.data.path
        let request = try CommandLineRequest.read(
            .allInOne, arguments: ["--data", data], environment: [:], cores: 1)
        guard case .run(let configuration) = request else { return }
        let stores = try Stores(configuration.stores)
        defer { stores.close() }
        _ = try await stores.catalogue.importListing(SmallHall().listing, now: intent.createdAt)
        let (intent, seed) = (intent, try TicketKeySeed.open(dataDirectory: data))
        var codes = try TicketCodes(seed: seed)
        var tickets: [Ticket] = []
        for seat in intent.seats {
            let code = try codes.code(seat: seat.id, event: intent.event, attempt: intent.attempt)
            tickets.append(Ticket(code: code, seat: seat.id, section: seat.section, price: seat.price))
        }
        let order = try Order(
            number: intent.prospectiveOrder, intent: intent.id, event: intent.event, buyer: intent.buyer,
            amount: intent.amount, paymentReference: "ch_1", placedAt: intent.createdAt, tickets: tickets)
        _ = try await stores.orders.decide([
            Decision(attempt: intent.attempt, intent: intent.id, verdict: .confirmed(order))
        ])
    }

    private func codes() throws -> [String] {
        let shown = terminal.run(["orders", "show", number, "--json"]).json
        guard case .array(let tickets)? = shown?["tickets"] else { return [] }
        return tickets.compactMap { $0["code"]?.string }
    }

    @Test("each becomes one image that nobody else can read, the same every time")
    func images() throws {
        let answer = terminal.run(["orders", "tickets", number, "--svg", prints])
        #expect(answer.code == 0, "\(answer.err)")
        let names = ["\(number)-A-1-1.svg", "\(number)-A-1-2.svg"]
        #expect(terminal.data.names(in: "prints").sorted() == names)
        #expect(names.allSatisfy { answer.out.contains("wrote \(prints)/\($0)") })
        #expect(terminal.data.mode(of: "prints") == 0o700)
        let first = try #require(BoundedFile.readSecret("\(prints)/\(names[0])"))
        #expect(terminal.data.mode(of: "prints/\(names[0])") == 0o600)
        #expect(terminal.run(["orders", "tickets", number.lowercased(), "--svg", prints]).code == 0)
        #expect(BoundedFile.readSecret("\(prints)/\(names[0])") == first)
        let text = String(decoding: first, as: UTF8.self)
        let code = try #require(codes().first)
        let drawn = try #require(QRCode(code)?.svg(label: "").split(separator: "<path d=\"").last)
        #expect(text.contains(drawn.split(separator: "\"").first ?? "?"))
        #expect(text.contains("A-1-1   \(number)") && text.contains("row 1, seat 1"))
    }

    @Test("are shown with place and code, as JSON with the path of the image, null without one")
    func shown() throws {
        let words = terminal.run(["orders", "tickets", number]).out
        for code in try codes() { #expect(words.contains(code)) }
        #expect(words.contains("row 1, seat 2"))
        let json = terminal.run(["orders", "tickets", number, "--json"]).json
        guard case .array(let tickets)? = json?["tickets"] else {
            Issue.record("no tickets")
            return
        }
        #expect(tickets.map { $0["code"]?.string } == (try codes()))
        #expect(tickets.allSatisfy { $0["svg"] == .null })
        #expect(terminal.run(["orders", "tickets", "AAAA-AAAA-AAAA-AAAA"]).code == 66)
    }

    @Test("a directory that cannot be made has the code for it, and no half image is left")
    func noRoom() {
        let answer = terminal.run(["orders", "tickets", number, "--svg", "\(prints)/deep/er"])
        #expect(answer.code == 73)
        #expect(answer.err.contains("cannot make"))
        let file = terminal.data.write("a file", to: "taken")
        #expect(terminal.run(["orders", "tickets", number, "--svg", file]).code == 73)
        #expect(terminal.data.names(in: "prints").isEmpty)
    }

    @Test("are verified with the kept key, or anywhere with the public one, for their event alone")
    func verified() throws {
        let key = String(terminal.run(["orders", "public-key"]).out.dropLast())
        let code = try #require(codes().first)
        let event = intent.event.text
        let kept = terminal.run(["orders", "verify", code, "--event", event])
        #expect(kept.code == 0)
        #expect(kept.out == "Good for event \(event), seat A-1-1, order \(number).\n")
        let door = Terminal()
        let there = door.run(["orders", "verify", code, "--event", event, "--public-key", key, "--json"])
        #expect(there.code == 0)
        #expect(there.json?["valid"] == .bool(true))
        #expect(there.json?["order"]?.string == number)
        #expect(door.data.names().isEmpty)
        let elsewhere = terminal.run(["orders", "verify", code, "--event", "other", "--json"])
        #expect(elsewhere.code == 1)
        #expect(elsewhere.json?["valid"] == .bool(false))
        #expect(elsewhere.json?["seat"] == .null)
        #expect(terminal.run(["orders", "verify", code + "A", "--event", event]).code == 1)
        #expect(terminal.run(["orders", "verify", "hello", "--event", event]).code == 1)
    }

    @Test("where no ticket was ever sold there is no key, and looking makes none")
    func noKey() {
        let empty = Terminal()
        #expect(empty.run(["orders", "public-key"]).code == 66)
        #expect(empty.run(["orders", "verify", "T1.x", "--event", "demo"]).code == 66)
        #expect(empty.data.names().isEmpty)
    }
}
