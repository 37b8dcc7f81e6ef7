import Ticketing

extension SeatLedgerConformance {
    static let claiming: [Check] = [
        Check("a claim makes held seats selling and the intent claimed") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1", "B-1-1"])
            try await ledger.opens(draft)
            let claimed = try await ledger.claims(draft.id)
            try requireEqual(await ledger.intent(draft.id), claimed, "the stored intent")
            try requireEqual(claimed.status, .pending, "the status shown outside")
            try await ledger.requireState(of: "A-1-1", .selling(owner: draft.id))
            try await ledger.requireState(of: "B-1-1", .selling(owner: draft.id))
        },
        Check("a second claim is told so, with the intent as it stands") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            try await ledger.opens(draft)
            let claimed = try await ledger.claims(draft.id)
            let late = start.adding(ms: SmallHall.holdMs * 2)
            try requireEqual(
                await ledger.claim(draft.id, now: late), .alreadyClaimed(claimed), "the second claim")
        },
        Check("of 20 parallel claims one is the first, and the others see it") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1", "A-1-2"])
            try await ledger.opens(draft)
            let outcomes = try await inParallel(20) { _ in try await ledger.claim(draft.id, now: start) }
            let claimed = try requireSome(await ledger.intent(draft.id), "intent")
            try requireEqual(outcomes.count { $0 == .claimed(claimed) }, 1, "the number of first claims")
            try requireEqual(
                outcomes.count { $0 == .alreadyClaimed(claimed) }, 19, "the number of second claims")
        },
        Check("a claim of an unknown intent says so") { ledger in
            try requireEqual(await ledger.claim(.named("pi_nobody"), now: start), .unknown, "the claim")
        },
        Check("a claim of an intent that has ended changes nothing, whichever its end") { ledger in
            for (position, end) in [IntentState.confirmed, .declined, .expired, .cancelled].enumerated() {
                let ended = try await ledger.ends(
                    IntentDraft("a\(letters(position))", seats: ["A-1-\(position)"]), as: end)
                try requireEqual(
                    await ledger.claim(ended.id, now: start), .alreadyFinal(ended), "a claim after \(end)")
                try requireEqual(await ledger.intent(ended.id), ended, "the intent that was \(end)")
            }
        },
    ]
}

extension SeatLedger {
    /// Opens the intent and brings it to this end.
    func ends(_ draft: IntentDraft, as end: IntentState) async throws -> PaymentIntent {
        if end == .confirmed { return try await sells(draft) }
        try await opens(draft)
        if end == .cancelled { return try await cancels(draft) }
        try await claims(draft.id)
        return try await settles(draft.id, as: end == .declined ? .declined : .expired)
    }
}
