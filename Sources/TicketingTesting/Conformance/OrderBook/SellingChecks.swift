import Ticketing

extension OrderBookConformance {
    static let selling: [Check] = [
        Check("a seat has one live ticket: the second order is refused whole, and names the seat") { book in
            _ = try await book.decide([confirmed("a", seats: ["A-1-1"])])
            let second = confirmed("b", buyer: "ben", seats: ["A-1-2", "A-1-1"])
            try requireEqual(
                await book.decide([second]), [.seatsAlreadySold([.named("A-1-1")])], "the result")
            try requireEqual(await book.order(for: second.intent), nil, "the second order")
            try requireEqual(await book.liveTicketCount(of: hall.event), 1, "the number of tickets")
            try requireEqual(await book.oversoldSeatCount(of: hall.event), 0, "the number of oversold seats")
        },
        Check("an attempt whose seats were sold is still open, and is declined then") { book in
            _ = try await book.decide([confirmed("a", buyer: "ben", seats: ["A-1-1"])])
            _ = try await book.decide([confirmed("b", seats: ["A-1-1"])])
            let decline = declined("b")
            try requireEqual(await book.outcome(of: decline.attempt), nil, "the outcome")
            try requireEqual(await book.decide([decline]), [.recorded], "the decline")
        },
        Check("one refused order in a batch fails none of its neighbours") { book in
            _ = try await book.decide([confirmed("a", seats: ["A-1-1"])])
            let batch = (0..<40).map { number in
                confirmed(
                    "b\(SeatLedgerConformance.letters(number))", buyer: "ben",
                    seats: number == 17 ? ["A-1-1"] : ["B-\(number)-1"])
            }
            let results = try await book.decide(batch)
            try requireEqual(results[17], .seatsAlreadySold([.named("A-1-1")]), "the refused one")
            try requireEqual(results.count { $0 == .recorded }, 39, "the number recorded")
            for (number, decision) in batch.enumerated() {
                let order = try await book.order(for: decision.intent)
                try requireEqual(order, number == 17 ? nil : decision.order, "order \(number)")
            }
        },
        Check("two orders for one seat in one batch: one is recorded") { book in
            let results = try await book.decide([
                confirmed("a", seats: ["A-1-1"]), confirmed("b", buyer: "ben", seats: ["A-1-1"]),
            ])
            try requireEqual(results.count { $0 == .recorded }, 1, "the number recorded")
            let refusal = DecisionResult.seatsAlreadySold([.named("A-1-1")])
            try requireEqual(results.count { $0 == refusal }, 1, "the number refused")
        },
        Check("of 30 parallel orders for one seat one is recorded") { book in
            let results = try await inParallel(30) { number in
                let decision = confirmed(
                    "a", buyer: "buyer\(SeatLedgerConformance.letters(number))", seats: ["A-1-1"])
                return try await book.decide([decision])
            }
            try requireEqual(results.count { $0 == [.recorded] }, 1, "the number recorded")
            try requireEqual(await book.liveTicketCount(of: hall.event), 1, "the number of tickets")
        },
        Check("the same seat of two events is two seats") { book in
            let other = SmallHall(event: .named("other-hall"))
            let results = try await book.decide([
                confirmed("a", seats: ["A-1-1"]), confirmed("b", seats: ["A-1-1"], in: other),
            ])
            try requireEqual(results, [.recorded, .recorded], "the results")
        },
    ]
}
