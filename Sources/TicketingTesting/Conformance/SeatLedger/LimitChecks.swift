import Ticketing

extension SeatLedgerConformance {
    private static let fourSeats = ["A-1-1", "A-1-2", "A-1-3", "A-1-4"]

    static let limits: [Check] = [
        Check("a buyer takes seats up to the limit, and a refusal says the limit and what is held") {
            ledger in
            try await ledger.opens(IntentDraft("a", seats: ["A-1-1", "A-1-2", "A-1-3"]))
            try await ledger.isRefused(
                IntentDraft("b", seats: ["A-2-1", "A-2-2"]), .buyerLimitExceeded(limit: 4, held: 3))
            try await ledger.requireState(of: "A-2-1", .free)
            try await ledger.opens(IntentDraft("c", seats: ["A-2-1"]))
            try await ledger.isRefused(
                IntentDraft("d", seats: ["A-2-2"]), .buyerLimitExceeded(limit: 4, held: 4))
        },
        Check("of 50 parallel intents of one buyer with a limit of 4 seats exactly 4 are opened") { ledger in
            let outcomes = try await inParallel(50) { number in
                let draft = IntentDraft("a\(letters(number))", seats: ["A-9-\(number)"])
                return try await ledger.open(draft.intent, seatsPerBuyer: limit, now: start)
            }
            try requireEqual(outcomes.count { $0.isOpened }, 4, "the number of opened intents")
            try requireEqual(await allLocks(ledger).count, 4, "the number of locks")
        },
        Check("the limit answers before the seats do") { ledger in
            try await ledger.opens(IntentDraft("a", seats: fourSeats))
            try await ledger.isRefused(
                IntentDraft("b", seats: ["A-1-1"]), .buyerLimitExceeded(limit: 4, held: 4))
        },
        Check(
            "the key's record and the limit answer before a blocked seat does, and that names all in the way"
        ) {
            ledger in
            let seats = ["A-1-1", "A-1-2", "A-1-3"]
            let first = try await ledger.opens(IntentDraft("a", seats: seats, call: 1))
            let ben = try await ledger.opens(IntentDraft("b", buyer: "ben", seats: ["A-2-1"]))
            func opened(_ draft: IntentDraft, blocking seats: [String]) async throws -> OpenOutcome {
                try await ledger.open(
                    draft.intent, blocked: seats.map { .named($0) }, seatsPerBuyer: limit, now: start)
            }
            let again = try await opened(IntentDraft("a", seats: seats, call: 2), blocking: ["A-1-2"])
            try requireEqual(again.replayedIntent, first, "the replayed intent")
            try requireEqual(
                await opened(IntentDraft("c", seats: ["A-2-1", "A-2-2"]), blocking: ["A-2-2"]),
                .refused(.buyerLimitExceeded(limit: 4, held: 3)), "over the limit")
            let cleo = IntentDraft("d", buyer: "cleo", seats: ["A-2-3", "A-2-2", "A-2-1"])
            let refusal = Refusal.seatUnavailable([
                conflict("A-2-2", .blocked), conflict("A-2-1", with: ben),
            ])
            try requireEqual(await opened(cleo, blocking: ["A-2-2"]), .refused(refusal), "a blocked seat")
            // By a buyer who has seats already, and by one who has none and would get it otherwise.
            for next in [
                IntentDraft("e", seats: ["A-2-4"]), IntentDraft("f", buyer: "dora", seats: ["A-2-4"]),
            ] {
                try requireEqual(
                    await opened(next, blocking: ["A-2-4"]),
                    .refused(.seatUnavailable([conflict("A-2-4", .blocked)])), "\(next.id)")
            }
            for seat in ["A-2-2", "A-2-3", "A-2-4"] { try await ledger.requireState(of: seat, .free) }
            try requireEqual(await ledger.intent(cleo.id), nil, "the refused intent")
        },
        Check("the limit is each buyer's and each event's own") { ledger in
            try await ledger.opens(IntentDraft("a", seats: fourSeats))
            try await ledger.opens(IntentDraft("a", buyer: "ben", seats: ["A-2-1"]))
            try await ledger.opens(IntentDraft("b", seats: fourSeats, in: SmallHall(event: .named("other"))))
        },
        Check("a hold that has ended no longer counts, and not a millisecond earlier") { ledger in
            let first = try await ledger.opens(IntentDraft("a", seats: fourSeats))
            let next = IntentDraft("b", seats: ["A-2-1", "A-2-2", "A-2-3", "A-2-4"], at: first.holdExpiresAt)
            try await ledger.isRefused(
                next, .buyerLimitExceeded(limit: 4, held: 4), now: first.holdExpiresAt.adding(ms: -1))
            try await ledger.opens(next)
        },
        Check("a buyer may take the seats of the own ended hold again, under another key") { ledger in
            let first = try await ledger.opens(IntentDraft("a", seats: fourSeats))
            try await ledger.opens(IntentDraft("b", seats: fourSeats, at: first.holdExpiresAt))
        },
        Check("a late claim expires when the buyer's next intent was counted without it") { ledger in
            let draft = IntentDraft("a", seats: fourSeats)
            let first = try await ledger.opens(draft)
            let next = IntentDraft("b", seats: ["A-2-1"], at: first.holdExpiresAt)
            try await ledger.opens(next)
            let outcome = try await ledger.claim(draft.id, now: next.createdAt)
            guard case .expired = outcome else {
                throw ConformanceFailure(message: "the late claim is \(outcome)", place: #fileID)
            }
            for seat in fourSeats { try await ledger.requireState(of: seat, .free) }
            try await ledger.opens(IntentDraft("c", seats: ["A-1-1", "A-1-2", "A-1-3"], at: next.createdAt))
        },
        Check("claimed and confirmed intents count long after their hold would have ended") { ledger in
            try await ledger.sells(IntentDraft("a", seats: ["A-1-1", "A-1-2"]))
            let claimed = IntentDraft("b", seats: ["A-1-3", "A-1-4"])
            try await ledger.opens(claimed)
            try await ledger.claims(claimed.id)
            let late = start.adding(ms: SmallHall.holdMs * 100)
            try await ledger.isRefused(
                IntentDraft("c", seats: ["A-2-1"], at: late), .buyerLimitExceeded(limit: 4, held: 4))
        },
        Check("a cancelled intent no longer counts") { ledger in
            let draft = IntentDraft("a", seats: fourSeats)
            try await ledger.opens(draft)
            try await ledger.cancels(draft)
            try await ledger.opens(IntentDraft("b", seats: ["A-2-1", "A-2-2", "A-2-3", "A-2-4"]))
        },
        Check("a declined intent no longer counts") { ledger in
            let draft = IntentDraft("a", seats: fourSeats)
            try await ledger.opens(draft)
            try await ledger.claims(draft.id)
            try await ledger.settles(draft.id, as: .declined)
            try await ledger.opens(IntentDraft("b", seats: ["A-2-1", "A-2-2", "A-2-3", "A-2-4"]))
        },
        Check("an intent that expired after its claim no longer counts") { ledger in
            let draft = IntentDraft("a", seats: fourSeats)
            try await ledger.opens(draft)
            try await ledger.claims(draft.id)
            try await ledger.settles(draft.id, as: .expired)
            try await ledger.opens(IntentDraft("b", seats: ["A-2-1", "A-2-2", "A-2-3", "A-2-4"]))
        },
    ]
}
