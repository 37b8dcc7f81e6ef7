import Ticketing

extension OrderBookConformance {
    static let reading: [Check] = [
        Check("orders are listed by number, page by page, of one event or of all") { book in
            let other = SmallHall(event: .named("other-hall"))
            let here = (0..<5).map {
                confirmed("a\(SeatLedgerConformance.letters($0))", seats: ["A-1-\($0)"])
            }
            let there = confirmed("b", seats: ["A-1-1"], in: other)
            _ = try await book.decide(here + [there])
            let expected = here.compactMap(\.order).sorted { $0.number < $1.number }
            let first = try await book.orders(of: hall.event, after: nil, limit: 3)
            try requireEqual(first, Array(expected.prefix(3)), "the first page")
            let second = try await book.orders(of: hall.event, after: first.last?.number, limit: 3)
            try requireEqual(second, Array(expected.dropFirst(3)), "the second page")
            try requireEqual(
                await book.orders(of: nil, after: nil, limit: 100).count, 6, "the number of all orders")
            try requireEqual(
                await book.orders(of: .named("nowhere"), after: nil, limit: 10), [], "the orders of no event")
        },
        Check("live tickets are counted by event") { book in
            let other = SmallHall(event: .named("other-hall"))
            _ = try await book.decide([
                confirmed("a", seats: ["A-1-1", "A-1-2"]), confirmed("b", seats: ["A-1-1"], in: other),
            ])
            try requireEqual(await book.liveTicketCount(of: hall.event), 2, "the tickets here")
            try requireEqual(await book.liveTicketCount(of: other.event), 1, "the tickets there")
            try requireEqual(await book.liveTicketCount(of: .named("nowhere")), 0, "the tickets nowhere")
            try requireEqual(await book.oversoldSeatCount(of: hall.event), 0, "the number of oversold seats")
        },
    ]
}
