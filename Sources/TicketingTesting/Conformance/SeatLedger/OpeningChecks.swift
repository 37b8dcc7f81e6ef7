import Ticketing

extension SeatLedgerConformance {
    static let opening: [Check] = [
        Check("an opened intent is read back with every field as it was given") { ledger in
            var draft = IntentDraft("a", seats: ["B-1-1", "A-1-2", "A-1-1"])
            draft.attempt = Attempt(high: .max, low: 1)
            try await ledger.opens(draft)
            try requireEqual(await ledger.intent(draft.id), draft.intent, "the stored intent")
        },
        Check("an opened intent holds its seats until its hold ends") { ledger in
            let intent = try await ledger.opens(IntentDraft("a", seats: ["A-1-1", "B-1-1"]))
            let held = SeatState.held(owner: intent.id, expiresAt: intent.holdExpiresAt)
            try await ledger.requireState(of: "A-1-1", held)
            try await ledger.requireState(of: "B-1-1", held)
            try await ledger.requireState(of: "A-1-2", .free)
        },
        Check("an intent nobody opened is not there") { ledger in
            try requireEqual(await ledger.intent(.named("pi_nobody")), nil, "the unknown intent")
        },
        Check("the same key and request again is a replay with the first one's answer") { ledger in
            let first = try await ledger.opens(IntentDraft("a", seats: ["A-1-1"], call: 1))
            let again = IntentDraft("a", seats: ["A-1-1"], at: start.adding(ms: 5), call: 2)
            let outcome = try await ledger.open(again.intent, seatsPerBuyer: limit, now: again.createdAt)
            try requireEqual(outcome.replayedIntent, first, "the replayed intent")
            try requireEqual(await ledger.intent(first.id), first, "the stored intent")
        },
        Check("the very same call again is no replay: its own attempt tells it") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            try await ledger.opens(draft)
            try await ledger.opens(draft, now: start.adding(ms: 5))
            try requireEqual(await ledger.intent(draft.id), draft.intent, "the stored intent")
        },
        Check("the same key with another request is refused and changes nothing") { ledger in
            let first = try await ledger.opens(IntentDraft("a", seats: ["A-1-1"], call: 1))
            let other = IntentDraft("a", seats: ["A-1-2"], fingerprint: 2, call: 2)
            let outcome = try await ledger.open(other.intent, seatsPerBuyer: limit, now: start)
            try requireEqual(outcome, .keyReused, "the reused key")
            try requireEqual(await ledger.intent(first.id), first, "the stored intent")
            try await ledger.requireState(of: "A-1-2", .free)
        },
        Check("a replay shows what has become of the intent, with the first answer's bytes") { ledger in
            let sold = try await ledger.sells(IntentDraft("a", seats: ["A-1-1"], call: 1))
            let again = IntentDraft("a", seats: ["A-1-1"], call: 2)
            let outcome = try await ledger.open(again.intent, seatsPerBuyer: limit, now: start)
            try requireEqual(outcome.replayedIntent, sold, "the replayed intent")
            try requireEqual(
                sold.answer, IntentDraft("a", seats: ["A-1-1"], call: 1).intent.answer, "its answer")
        },
        Check("a replay comes before the limit, the seats and the end of the hold") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1", "A-1-2"], call: 1)
            try await ledger.opens(draft)
            let again = IntentDraft("a", seats: ["A-1-1", "A-1-2"], call: 2)
            let late = start.adding(ms: SmallHall.holdMs * 2)
            let outcome = try await ledger.open(again.intent, seatsPerBuyer: 1, now: late)
            try requireEqual(outcome.replayedIntent?.id, draft.id, "the replayed intent's id")
        },
        Check("a refused key may be used again once the seats are free") { ledger in
            let first = IntentDraft("a", seats: ["A-1-1"])
            try await ledger.opens(first)
            let second = IntentDraft("b", buyer: "ben", seats: ["A-1-1"])
            try await ledger.isRefused(second, .seatUnavailable([conflict("A-1-1", with: first.intent)]))
            try requireEqual(await ledger.intent(second.id), nil, "the refused intent")
            try await ledger.cancels(first)
            try await ledger.opens(second)
        },
        Check("a refusal names every seat in the way, whose and until when, in the buyer's order") { ledger in
            let held = try await ledger.opens(IntentDraft("a", seats: ["A-1-1"], holdMs: 1_234))
            let claimed = try await ledger.opens(IntentDraft("b", buyer: "ben", seats: ["A-1-2"]))
            try await ledger.claims(claimed.id)
            let sold = try await ledger.sells(IntentDraft("c", buyer: "cleo", seats: ["B-1-1"]))
            let late = IntentDraft("d", buyer: "dora", seats: ["B-1-1", "A-1-3", "A-1-2", "A-1-1"])
            try await ledger.isRefused(
                late,
                .seatUnavailable([
                    conflict("B-1-1", .sold(to: sold.id)), conflict("A-1-2", .selling(by: claimed.id)),
                    conflict("A-1-1", with: held),
                ]))
            // It has written nothing.
            try await ledger.requireState(of: "A-1-3", .free)
            try requireEqual(await ledger.intent(late.id), nil, "the refused intent")
            try await ledger.opens(
                IntentDraft("e", buyer: "dora", seats: ["A-1-3", "A-1-4", "A-2-1", "A-2-2"]))
        },
        Check("an intent whose hold has ended before it is opened is thrown back") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            do throws(PortError) {
                let outcome = try await ledger.open(
                    draft.intent, seatsPerBuyer: limit, now: draft.intent.holdExpiresAt)
                throw PortError(.corrupt, "it came to \(outcome)")
            } catch {
                try requireEqual(error.code, .rejected, "the error \(error)")
            }
            try await ledger.requireState(of: "A-1-1", .free)
        },
        Check("the same seat of two events is two seats") { ledger in
            let other = SmallHall(event: .named("other-hall"))
            let first = try await ledger.opens(IntentDraft("a", seats: ["A-1-1"]))
            let second = try await ledger.opens(IntentDraft("b", buyer: "ben", seats: ["A-1-1"], in: other))
            try requireEqual(await ledger.state(of: "A-1-1").owner, first.id, "the owner here")
            try requireEqual(await ledger.state(of: "A-1-1", in: other).owner, second.id, "the owner there")
        },
    ]

    static func conflict(_ seat: String, _ obstacle: SeatObstacle) -> SeatConflict {
        SeatConflict(seat: .named(seat), obstacle: obstacle)
    }

    /// The seat is in the hold of this intent.
    static func conflict(_ seat: String, with intent: PaymentIntent) -> SeatConflict {
        conflict(seat, .held(by: intent.id, until: intent.holdExpiresAt))
    }
}
