import Ticketing

extension SeatLedgerConformance {
    static let holds: [Check] = [
        Check("before a hold ends nobody else gets the seat, from that millisecond on the next buyer does") {
            ledger in
            let first = try await ledger.opens(IntentDraft("a", seats: ["A-1-1"]))
            let next = IntentDraft(
                "b", buyer: "ben", seats: ["A-1-1"], at: first.holdExpiresAt.adding(ms: -1))
            try await ledger.isRefused(next, .seatUnavailable([conflict("A-1-1", with: first)]))
            try await ledger.opens(next, now: first.holdExpiresAt)
            try requireEqual(await ledger.state(of: "A-1-1").owner, next.id, "the owner")
        },
        Check("a late claim succeeds while nobody has come for the seats") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            let intent = try await ledger.opens(draft)
            try await ledger.claims(draft.id, now: intent.holdExpiresAt.adding(ms: 86_400_000))
            try await ledger.requireState(of: "A-1-1", .selling(owner: draft.id))
        },
        Check("a late claim that lost a seat expires, frees the others and leaves the next buyer alone") {
            ledger in
            let draft = IntentDraft("a", seats: ["A-1-1", "A-1-2", "B-1-1"])
            let intent = try await ledger.opens(draft)
            let late = intent.holdExpiresAt
            let next = IntentDraft("b", buyer: "ben", seats: ["A-1-2"], at: late)
            try await ledger.opens(next)
            let outcome = try await ledger.claim(draft.id, now: late.adding(ms: 7))
            guard case .expired(let expired) = outcome else {
                throw ConformanceFailure(message: "the late claim is \(outcome)", place: #fileID)
            }
            try requireEqual(expired.state, .expired, "its state")
            try requireEqual(expired.endedAt, late.adding(ms: 7), "its end")
            try requireEqual(await ledger.intent(draft.id), expired, "the stored intent")
            try await ledger.requireState(of: "A-1-1", .free)
            try await ledger.requireState(of: "B-1-1", .free)
            try requireEqual(await ledger.state(of: "A-1-2").owner, next.id, "the owner of A-1-2")
            try requireEqual(
                await ledger.claim(draft.id, now: late), .alreadyFinal(expired), "a second late claim")
        },
        Check("a late worker changes nothing of seats that were sold to the next buyer") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            let intent = try await ledger.opens(draft)
            let next = IntentDraft("b", buyer: "ben", seats: ["A-1-1"], at: intent.holdExpiresAt)
            let sold = try await ledger.sells(next)
            _ = try await ledger.claim(draft.id, now: next.createdAt)
            _ = try await ledger.settle(
                draft.id, as: .confirmed(draft.intent.prospectiveOrder), now: next.createdAt)
            _ = try await ledger.settle(draft.id, as: .declined, now: next.createdAt)
            try await ledger.requireIntent(draft.id, .expired)
            try await ledger.requireState(of: "A-1-1", .sold(owner: next.id, order: sold.prospectiveOrder))
        },
        Check("claimed seats are nobody else's, however long ago the hold ended") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            try await ledger.opens(draft)
            try await ledger.claims(draft.id)
            let late = start.adding(ms: SmallHall.holdMs * 100)
            try await ledger.isRefused(
                IntentDraft("b", buyer: "ben", seats: ["A-1-1"], at: late),
                .seatUnavailable([conflict("A-1-1", .selling(by: draft.id))]))
        },
        Check("an ended hold leaves its intent pending until a worker decides") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            let intent = try await ledger.opens(draft)
            try await ledger.opens(
                IntentDraft("b", buyer: "ben", seats: ["A-1-1"], at: intent.holdExpiresAt))
            try await ledger.requireIntent(draft.id, .pending)
        },
    ]
}
