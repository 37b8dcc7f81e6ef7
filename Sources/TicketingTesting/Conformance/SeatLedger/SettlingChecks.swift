import Ticketing

extension SeatLedgerConformance {
    static let settling: [Check] = [
        Check("a confirmed intent has its order, and its seats are sold under that number") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1", "B-1-1"])
            try await ledger.opens(draft)
            try await ledger.claims(draft.id)
            let order = draft.intent.prospectiveOrder
            let confirmed = try await ledger.settles(
                draft.id, as: .confirmed(order), now: start.adding(ms: 30))
            try requireEqual(confirmed.state, .confirmed, "its state")
            try requireEqual(confirmed.order, order, "its order")
            try requireEqual(confirmed.endedAt, start.adding(ms: 30), "its end")
            try requireEqual(await ledger.intent(draft.id), confirmed, "the stored intent")
            try await ledger.requireState(of: "A-1-1", .sold(owner: draft.id, order: order))
            try await ledger.requireState(of: "B-1-1", .sold(owner: draft.id, order: order))
        },
        Check("a declined intent frees its seats for the next buyer") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1", "B-1-1"])
            try await ledger.opens(draft)
            try await ledger.claims(draft.id)
            let declined = try await ledger.settles(draft.id, as: .declined, now: start.adding(ms: 30))
            try requireEqual(declined.state, .declined, "its state")
            try requireEqual(declined.order, nil, "its order")
            try requireEqual(await ledger.intent(draft.id), declined, "the stored intent")
            try await ledger.opens(IntentDraft("b", buyer: "ben", seats: ["A-1-1", "B-1-1"]))
        },
        Check("an intent may expire after its claim, and frees its seats") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            try await ledger.opens(draft)
            try await ledger.claims(draft.id)
            try await ledger.settles(draft.id, as: .expired)
            try await ledger.requireIntent(draft.id, .expired)
            try await ledger.requireState(of: "A-1-1", .free)
        },
        Check("an intent nobody has claimed is not settled") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            let intent = try await ledger.opens(draft)
            for settlement in [Settlement.confirmed(intent.prospectiveOrder), .declined, .expired] {
                let outcome = try await ledger.settle(draft.id, as: settlement, now: start)
                try requireEqual(outcome, .notClaimed(intent), "settling as \(settlement)")
            }
            try requireEqual(await ledger.intent(draft.id), intent, "the stored intent")
            try await ledger.requireState(
                of: "A-1-1", .held(owner: draft.id, expiresAt: intent.holdExpiresAt))
        },
        Check("an unknown intent is not settled") { ledger in
            let outcome = try await ledger.settle(.named("pi_nobody"), as: .declined, now: start)
            try requireEqual(outcome, .unknown, "settling nothing")
        },
        Check("a final state is never overwritten, and seats change no more") { ledger in
            for (position, end) in [IntentState.confirmed, .declined, .expired, .cancelled].enumerated() {
                let seat = "A-1-\(position)"
                let ended = try await ledger.ends(
                    IntentDraft("a\(letters(position))", seats: [seat]), as: end)
                let lock = try await ledger.state(of: seat)
                for settlement in [Settlement.confirmed(ended.prospectiveOrder), .declined, .expired] {
                    let outcome = try await ledger.settle(ended.id, as: settlement, now: start.adding(ms: 99))
                    try requireEqual(outcome, .alreadyFinal(ended), "settling as \(settlement) after \(end)")
                }
                try requireEqual(await ledger.intent(ended.id), ended, "the intent that was \(end)")
                try requireEqual(await ledger.state(of: seat), lock, seat)
            }
        },
        Check("a late decline of seats that another has by now frees nothing") { ledger in
            let draft = IntentDraft("a", seats: ["A-1-1"])
            try await ledger.opens(draft)
            try await ledger.claims(draft.id)
            try await ledger.settles(draft.id, as: .declined)
            let next = try await ledger.sells(IntentDraft("b", buyer: "ben", seats: ["A-1-1"]))
            _ = try await ledger.settle(draft.id, as: .declined, now: start)
            _ = try await ledger.settle(draft.id, as: .expired, now: start)
            try await ledger.requireState(of: "A-1-1", .sold(owner: next.id, order: next.prospectiveOrder))
        },
        Check("of a confirm and a decline in parallel one wins, whole") { ledger in
            for round in 0..<30 {
                let draft = IntentDraft(
                    "a\(letters(round))", seats: ["A-1-1", "A-1-2"],
                    in: SmallHall(event: .named("hall-\(round)")))
                let order = draft.intent.prospectiveOrder
                try await ledger.opens(draft)
                try await ledger.claims(draft.id)
                async let confirming = ledger.settle(draft.id, as: .confirmed(order), now: start)
                async let declining = ledger.settle(draft.id, as: .declined, now: start)
                let (confirm, decline) = try await (confirming, declining)
                let seat = try await ledger.state(of: "A-1-2", in: draft.hall)
                switch (confirm, decline) {
                case (.settled, .alreadyFinal):
                    try requireEqual(seat, .sold(owner: draft.id, order: order), "A-1-2 after the confirm")
                case (.alreadyFinal, .settled): try requireEqual(seat, .free, "A-1-2 after the decline")
                default: try require(false, "confirm came to \(confirm), and decline to \(decline)")
                }
            }
        },
        Check("a sold seat is refused for ever") { ledger in
            let sold = try await ledger.sells(IntentDraft("a", seats: ["A-1-1"]))
            try await ledger.isRefused(
                IntentDraft("b", buyer: "ben", seats: ["A-1-1"], at: .at("2099-01-01T00:00:00Z")),
                .seatUnavailable([conflict("A-1-1", .sold(to: sold.id))]))
        },
    ]
}
