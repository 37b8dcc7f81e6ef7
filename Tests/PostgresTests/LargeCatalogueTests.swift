import Postgres
import Testing
import Ticketing
import TicketingTesting

extension PostgresTests {
    @Suite("A large catalogue")
    struct LargeCatalogueTests {
        @Test("a map of 45,000 seats is read back as it was, and replaced by a smaller one")
        func large() async throws {
            try await sharedCluster().withDatabase { pool, _ in
                let catalogue = PostgresCatalogue(pool: pool, ledger: ReferenceLedger())
                let big = try listing(seats: 45_000, hash: "big")
                #expect(try await catalogue.importListing(big, now: .epoch) == .added)
                #expect(try await catalogue.listing(big.event.id) == big)
                let small = try listing(seats: 10, hash: "small")
                #expect(try await catalogue.importListing(small, now: .epoch) == .updated)
                #expect(try await catalogue.listing(big.event.id) == small)
            }
        }

        private func listing(seats count: Int, hash: String) throws -> Listing {
            let section = SectionID.named("A")
            let seats = try (0..<count).map { number in
                try Seat(
                    id: .named("A-\(number)"), section: section, row: "\(number / 100)", number: "\(number)",
                    priceName: "one", x: number % 100, y: number / 100)
            }
            return try Listing(
                event: Event(
                    id: .named("arena"), name: "Songs", venue: "The Arena", currency: Currency("KRW"),
                    saleWindow: SaleWindow(opensAt: .epoch, closesAt: .latest),
                    limits: SaleLimits(seatsPerIntent: 4, seatsPerBuyer: 6, holdSeconds: 600),
                    prices: [Price(name: "one", amount: .won(1))],
                    sections: [Section(id: section, name: "A", seatCount: count)], mapHash: .named(hash)),
                map: SeatMap(hash: .named(hash), seats: seats))
        }
    }
}
