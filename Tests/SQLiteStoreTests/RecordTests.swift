import Testing
import Ticketing
import TicketingTesting

@testable import SQLiteStore

@Suite("Stored records")
struct RecordTests {
    private let random = SeededRandomness(seed: 20_270_301)

    private func intentID(length: Int) -> IntentID {
        let digits = Array("abcdefghijklmnopqrstuvwxyz234567")
        return .named("pi_" + String((0..<length).map { _ in digits[random.below(32)] }))
    }

    @Test("an intent's id comes back from its key, at every length it may have")
    func intentKeys() throws {
        for length in 1...52 {
            for _ in 0..<40 {
                let id = intentID(length: length)
                let back = try IntentKey.bytes(id).withUnsafeBytes { bytes throws in
                    try IntentKey.id(bytes)
                }
                #expect(back == id)
            }
        }
    }

    @Test("keys of intents of one length stand in the order of their ids, and no two are the same")
    func intentKeyOrder() {
        let ids = (0..<2_000).map { _ in intentID(length: 52) }.sorted()
        let keys = ids.map { IntentKey.bytes($0) }
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        let short = ["2", "22", "222", "2222", "a", "a2", "a22"].map { IntentKey.bytes(.named("pi_" + $0)) }
        #expect(Set(short).count == short.count)
    }

    @Test("an attempt's key begins with the key of the order number that derives from it")
    func orderKeys() throws {
        var last: (key: [UInt8], number: OrderNumber)?
        for _ in 0..<3_000 {
            let attempt = Attempt(high: random.next(), low: random.next())
            let number = OrderNumber(derivedFrom: attempt)
            let key = OrderKey.bytes(attempt)
            #expect(key.count == 16)
            #expect(Array(key.prefix(OrderKey.numberBytes)) == OrderKey.bytes(number))
            let back = try key.withUnsafeBytes { bytes throws in try OrderKey.number(bytes) }
            #expect(back == number)
            if let last {
                #expect(last.key.lexicographicallyPrecedes(key) == (last.number < number))
            }
            last = (key, number)
        }
    }

    @Test("two attempts with the same number have different keys")
    func attemptKeys() throws {
        let first = Attempt(high: 1, low: 1 << 48 | 1)
        let second = Attempt(high: 1, low: 1 << 48 | 2)
        #expect(OrderNumber(derivedFrom: first) == OrderNumber(derivedFrom: second))
        #expect(OrderKey.bytes(first) != OrderKey.bytes(second))
    }

    @Test("numbers of every size come back")
    func numbers() throws {
        let interesting: [Int64] = [0, 1, -1, 63, 64, -64, -65, 127, 128, 1 << 32, .max, .min, .max - 1]
        var record = RecordWriter(capacity: 0)
        for number in interesting { record.write(number) }
        try record.bytes.withUnsafeBytes { bytes throws in
            var reader = RecordReader(bytes, place: "a test")
            for number in interesting {
                let back = try reader.number()
                #expect(back == number)
            }
            try reader.end()
        }
    }

    @Test("a listing cut off or damaged anywhere is an error and never a crash")
    func damage() {
        let listing = EncodedListing(SmallHall().listing)
        for bytes in [listing.event, listing.map] {
            for length in 0..<bytes.count {
                #expect(throws: PortError.self, "cut to \(length)") {
                    try decodeEither(Array(bytes.prefix(length)))
                }
            }
            for _ in 0..<3_000 {
                var damaged = bytes
                damaged[random.below(bytes.count)] = UInt8(random.below(256))
                // It may still make sense; it must only not stop the program.
                _ = try? decodeEither(damaged)
            }
        }
    }

    private func decodeEither(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { bytes in
            do {
                _ = try EventBody.decode(bytes)
            } catch {
                _ = try MapBody.decode(bytes)
            }
        }
    }

    @Test("a stored intent whose bytes are damaged is an error that says so, and others are not touched")
    func damagedIntent() async throws {
        try await withStore { store, clock in
            let ledger = SQLiteSeatLedger(store, queuesIntents: true)
            let drafts = [
                IntentDraft("a", seats: ["A-1-1"]), IntentDraft("b", buyer: "ben", seats: ["A-1-2"]),
            ]
            for draft in drafts {
                _ = try await ledger.open(draft.intent, seatsPerBuyer: 4, now: clock.now())
            }
            try RawDatabase(store.path).run("UPDATE intent_bodies SET body = x'0102' WHERE no = 1")
            let read = await code { _ = try await ledger.intent(drafts[0].id) }
            #expect(read == .corrupt)
            let claimed = await code { _ = try await ledger.claim(drafts[0].id, now: clock.now()) }
            #expect(claimed == .corrupt)
            let other = try await ledger.intent(drafts[1].id)
            #expect(other == drafts[1].intent)
        }
    }

    @Test("a map of 50,000 seats is imported, is unchanged when it comes again, and is read back as it was")
    func largeMap() async throws {
        let listing = try LargeHall.listing(seatCount: 50_000)
        try await withStore { store, clock in
            let catalogue = SQLiteCatalogue(store, ledger: nil)
            let outcome = try await catalogue.importListing(listing, now: clock.now())
            #expect(outcome == .added)
            let again = try await catalogue.importListing(listing, now: clock.now())
            #expect(again == .unchanged)
            let back = try await catalogue.listing(listing.event.id)
            #expect(back == listing)
        }
    }
}

enum LargeHall {
    static func listing(seatCount: Int) throws -> Listing {
        let seats = try (0..<seatCount).map { index in
            try Seat(
                id: SeatID("S\(index / 1_000)-\(index / 50 % 20)-\(index % 50)"),
                section: SectionID("S\(index / 1_000)"), row: "\(index / 50 % 20)", number: "\(index % 50)",
                priceName: "all", x: index % 50, y: index / 50)
        }
        let sections = try (0...((seatCount - 1) / 1_000)).map { number in
            try Section(
                id: SectionID("S\(number)"), name: "Section \(number)",
                seatCount: min(1_000, seatCount - number * 1_000))
        }
        return try Listing(
            event: Event(
                id: EventID("large"), name: "Large", venue: "Field", currency: Currency("KRW"),
                saleWindow: SaleWindow(
                    opensAt: SmallHall.opensAt, closesAt: SmallHall.opensAt.adding(seconds: 60)),
                limits: SaleLimits(seatsPerIntent: 6, seatsPerBuyer: 12, holdSeconds: 600),
                prices: [Price(name: "all", amount: .won(1_000))], sections: sections,
                mapHash: ContentHash("h")),
            map: SeatMap(hash: ContentHash("h"), seats: seats))
    }
}
