import Ticketing

extension OrderBookConformance {
    static let deciding: [Check] = [
        Check("a confirmed decision records the order whole, with its tickets in the buyer's order") { book in
            let decision = confirmed("a", seats: ["B-1-1", "A-1-2", "A-1-1"])
            try requireEqual(await book.decide([decision]), [.recorded], "the result")
            let order = try requireSome(decision.order, "order")
            try requireEqual(await book.order(order.number), order, "the order by its number")
            try requireEqual(await book.order(for: decision.intent), order, "the order by its intent")
            try requireEqual(await book.outcome(of: decision.attempt), .confirmed, "the outcome")
        },
        Check("a declined and an expired decision record their outcome and no order") { book in
            let declined = declined("a")
            let other = IntentDraft("b", seats: ["A-1-2"]).intent
            let expired = Decision(
                attempt: other.attempt, intent: other.id, verdict: .expired(reason: "late"))
            try requireEqual(await book.decide([declined, expired]), [.recorded, .recorded], "the results")
            try requireEqual(await book.outcome(of: declined.attempt), .declined, "the first outcome")
            try requireEqual(await book.outcome(of: expired.attempt), .expired, "the second outcome")
            try requireEqual(await book.order(for: declined.intent), nil, "the first order")
            try requireEqual(await book.liveTicketCount(of: hall.event), 0, "the number of tickets")
        },
        Check("an attempt nobody decided has no outcome, and unknown orders are not there") { book in
            try requireEqual(await book.outcome(of: Attempt(high: 7, low: 7)), nil, "the outcome")
            try requireEqual(await book.order(.named("AAAA-AAAA-AAAA-AAAA")), nil, "the order")
            try requireEqual(await book.order(for: .named("pi_nobody")), nil, "the order")
        },
        Check("the same decision again is already decided and makes no second ticket") { book in
            let decision = confirmed("a", seats: ["A-1-1", "A-1-2"])
            _ = try await book.decide([decision])
            try requireEqual(
                await book.decide([decision]), [.alreadyDecided(.confirmed)], "the second result")
            try requireEqual(await book.liveTicketCount(of: hall.event), 2, "the number of tickets")
        },
        Check("the first outcome of an attempt holds, whatever comes later") { book in
            _ = try await book.decide([declined("a")])
            let late = confirmed("a", seats: ["A-1-1"])
            try requireEqual(await book.decide([late]), [.alreadyDecided(.declined)], "the late confirm")
            try requireEqual(await book.order(for: late.intent), nil, "the order")
            let sold = confirmed("b", seats: ["A-1-2"])
            _ = try await book.decide([sold])
            try requireEqual(
                await book.decide([declined("b")]), [.alreadyDecided(.confirmed)], "the late decline")
            try requireEqual(await book.order(for: sold.intent), sold.order, "the order")
        },
        Check("an attempt twice in one batch is decided by the earlier one") { book in
            let results = try await book.decide([
                declined("a"), confirmed("a", seats: ["A-1-1"]), confirmed("b", seats: ["A-1-2"]),
            ])
            try requireEqual(results, [.recorded, .alreadyDecided(.declined), .recorded], "the results")
        },
        Check("no decisions are decided without complaint") { book in
            try requireEqual(await book.decide([]), [], "the results")
        },
        Check("of parallel outcomes of one attempt one is recorded, and the others are told which") { book in
            for round in 0..<20 {
                let key = "a\(SeatLedgerConformance.letters(round))"
                let results = try await inParallel(6) { number in
                    let decision = number % 2 == 0 ? confirmed(key, seats: ["A-\(round)-1"]) : declined(key)
                    return try await book.decide([decision])
                }
                let outcome = try requireSome(
                    await book.outcome(of: IntentDraft(key, seats: ["A-1-1"]).attempt), "outcome")
                let flat = results.flatMap { $0 }
                try requireEqual(flat.count { $0 == .recorded }, 1, "the number recorded")
                try requireEqual(flat.count { $0 == .alreadyDecided(outcome) }, 5, "the number told so")
            }
        },
    ]
}
