import Ticketing

/// An event small enough to know by heart: section A with seats `A-1-1` to `A-2-4`, section B with `B-1-1`
/// to `B-1-4`. Row A-1 costs 90,000, the others 50,000. `B-1-4` is blocked.
package struct SmallHall: Sendable {
    /// The sale opens at this moment; tests start here.
    package static let opensAt = Timestamp.at("2027-03-01T10:00:00.000Z")
    package static let holdMs: Int64 = 600_000

    package let event: EventID
    package let sections: [SectionID] = [.named("A"), .named("B")]

    package init(event: EventID = .named("small-hall")) {
        self.event = event
    }

    package var listing: Listing { listing(mapHash: .named("map1")) }

    /// Another hash stands for another map; `droppingLast` takes its last seats away.
    package func listing(
        mapHash: ContentHash, name: String = "Songs in March", droppingLast droppedSeats: Int = 0
    ) -> Listing {
        do {
            let seats = Array(try Self.seats().dropLast(droppedSeats))
            return try Listing(
                event: Event(
                    id: event, name: name, venue: "The Small Hall", currency: Currency("KRW"),
                    saleWindow: SaleWindow(
                        opensAt: Self.opensAt, closesAt: Self.opensAt.adding(seconds: 86_400)),
                    limits: SaleLimits(
                        seatsPerIntent: 4, seatsPerBuyer: 6, holdSeconds: Int(Self.holdMs / 1000)),
                    prices: [
                        Price(name: "front", amount: .won(90_000)), Price(name: "rear", amount: .won(50_000)),
                    ],
                    sections: sections.map { id in
                        try Section(
                            id: id, name: "Section \(id)", seatCount: seats.count { $0.section == id })
                    },
                    mapHash: mapHash),
                map: SeatMap(hash: mapHash, seats: seats))
        } catch {
            fatalError("the small hall is not well formed: \(error)")
        }
    }

    private static func seats() throws -> [Seat] {
        let rows = [("A", 1, "front"), ("A", 2, "rear"), ("B", 1, "rear")]
        return try rows.enumerated().flatMap { depth, row in
            try (1...4).map { number in
                try Seat(
                    id: .named("\(row.0)-\(row.1)-\(number)"), section: .named(row.0), row: "\(row.1)",
                    number: "\(number)", priceName: row.2, isAccessible: number == 1, x: number * 10,
                    y: depth * 10, isBlocked: row.0 == "B" && number == 4)
            }
        }
    }
}
