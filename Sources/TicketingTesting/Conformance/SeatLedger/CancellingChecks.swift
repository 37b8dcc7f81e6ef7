import Ticketing

extension SeatLedgerConformance {
    static let cancelling: [Check] = [
        Check("a cancel ends the intent and frees its seats at once") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1", "B-1-1"])
            try await ledger.opens(draft)
            let cancelled = try await ledger.cancels(draft, now: start.adding(ms: 9))
            try requireEqual(cancelled.state, .cancelled, "its state")
            try requireEqual(cancelled.endedAt, start.adding(ms: 9), "its end")
            try requireEqual(await ledger.intent(draft.id), cancelled, "the stored intent")
            try await ledger.opens(IntentDraft("b", buyer: "ben", seats: ["A-1-1", "B-1-1"]))
        },
        Check("a repeated cancel gives the same answer and touches nothing of the next buyer") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            try await ledger.opens(draft)
            let cancelled = try await ledger.cancels(draft)
            let next = try await ledger.opens(IntentDraft("b", buyer: "ben", seats: ["A-1-1"]))
            try requireEqual(
                await ledger.cancels(draft, now: start.adding(ms: 50)), cancelled, "the second cancel")
            try requireEqual(await ledger.state(of: "A-1-1").owner, next.id, "the owner")
        },
        Check("another buyer's intent looks unknown and stays as it is") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            let intent = try await ledger.opens(draft)
            let outcome = try await ledger.cancel(draft.id, buyer: .named("ben"), now: start)
            try requireEqual(outcome, .unknown, "the stranger's cancel")
            try requireEqual(
                await ledger.cancel(.named("pi_nobody"), buyer: .named("ben"), now: start), .unknown,
                "a cancel of nothing")
            try requireEqual(await ledger.intent(draft.id), intent, "the stored intent")
        },
        Check("a claimed intent is not cancelled, and its seats stay its own") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            try await ledger.opens(draft)
            let claimed = try await ledger.claims(draft.id)
            let outcome = try await ledger.cancel(draft.id, buyer: draft.buyer, now: start)
            try requireEqual(outcome, .notCancellable(claimed), "the cancel")
            try await ledger.requireState(of: "A-1-1", .selling(owner: draft.id))
        },
        Check("an intent that has ended otherwise is not cancelled") { ledger in
            for (position, end) in [IntentState.confirmed, .declined, .expired].enumerated() {
                let draft = IntentDraft("a\(letters(position))", seats: ["A-1-\(position)"])
                let ended = try await ledger.ends(draft, as: end)
                let outcome = try await ledger.cancel(draft.id, buyer: draft.buyer, now: start)
                try requireEqual(outcome, .notCancellable(ended), "a cancel after \(end)")
            }
        },
        Check("a cancel after the hold has ended frees only what the intent still owns") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1", "A-1-2"])
            let intent = try await ledger.opens(draft)
            let next = IntentDraft("b", buyer: "ben", seats: ["A-1-2"], at: intent.holdExpiresAt)
            try await ledger.opens(next)
            try await ledger.cancels(draft, now: next.createdAt)
            try await ledger.requireState(of: "A-1-1", .free)
            try requireEqual(await ledger.state(of: "A-1-2").owner, next.id, "the owner of A-1-2")
        },
        Check("of a cancel and a claim in parallel exactly one wins, whole") { ledger in
            for round in 0..<30 {
                let draft = IntentDraft(
                    "a\(letters(round))", seats: ["A-1-1", "A-1-2"],
                    in: SmallHall(event: .named("hall-\(round)")))
                try await ledger.opens(draft)
                async let cancelling = ledger.cancel(draft.id, buyer: draft.buyer, now: start)
                async let claiming = ledger.claim(draft.id, now: start)
                let (cancel, claim) = try await (cancelling, claiming)
                let seat = try await ledger.state(of: "A-1-2", in: draft.hall)
                switch (cancel, claim) {
                case (.cancelled, .alreadyFinal): try requireEqual(seat, .free, "A-1-2 after the cancel")
                case (.notCancellable, .claimed):
                    try requireEqual(seat, .selling(owner: draft.id), "A-1-2 after the claim")
                default: try require(false, "cancel came to \(cancel), and claim to \(claim)")
                }
            }
        },
        Check("cancelled seats are won by one of many who wait for them, while the cancel runs") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            try await ledger.opens(draft)
            let opened = try await inParallel(40) { number in
                guard number != 20 else {
                    _ = try await ledger.cancel(draft.id, buyer: draft.buyer, now: start)
                    return false
                }
                let next = IntentDraft("b", buyer: "buyer\(letters(number))", seats: ["A-1-1"])
                return try await ledger.open(next.intent, seatsPerBuyer: limit, now: start).isOpened
            }
            try require(opened.count { $0 } <= 1, "more than one won the seat")
            try await ledger.requireIntent(draft.id, .cancelled)
        },
    ]
}
