import Ticketing

extension SeatLedgerConformance {
    static let reading: [Check] = [
        Check("locks are listed by section and event, and free seats have none") { ledger in
            let other = SmallHall(event: .named("other-hall"))
            let sold = try await ledger.sells(IntentDraft("a", seats: ["A-1-1", "B-1-2"]))
            try await ledger.opens(IntentDraft("b", seats: ["A-1-4"], in: other))
            let cancelled = IntentDraft("c", seats: ["A-1-3"])
            try await ledger.opens(cancelled)
            try await ledger.cancels(cancelled)
            let state = SeatState.sold(owner: sold.id, order: sold.prospectiveOrder)
            try requireEqual(
                await ledger.locks(in: .named("A"), of: hall.event),
                [SeatLock(seat: .named("A-1-1"), section: .named("A"), state: state)], "section A")
            try requireEqual(
                await ledger.locks(in: .named("B"), of: hall.event).map(\.seat), [.named("B-1-2")],
                "section B")
            try requireEqual(await ledger.locks(in: .named("C"), of: hall.event), [], "section C")
            try requireEqual(
                await ledger.locks(in: .named("A"), of: other.event).map(\.seat), [.named("A-1-4")],
                "the other hall")
        },
        Check("what stands in the way of seats is told in their order, up to the moment that a hold ends") {
            ledger in
            let held = try await ledger.opens(IntentDraft("a", seats: ["A-1-1"], holdMs: 1_234))
            let claimed = try await ledger.opens(IntentDraft("b", buyer: "ben", seats: ["A-1-2"]))
            try await ledger.claims(claimed.id)
            let sold = try await ledger.sells(IntentDraft("c", buyer: "cleo", seats: ["B-1-1"]))
            let wish = IntentDraft("d", buyer: "dora", seats: ["B-1-1", "A-1-3", "A-1-2", "A-1-1"])
            let late = held.holdExpiresAt
            let others = [
                conflict("B-1-1", .sold(to: sold.id)), conflict("A-1-2", .selling(by: claimed.id)),
            ]
            try requireEqual(
                await ledger.conflicts(at: wish.intent.seats, of: hall.event, now: late.adding(ms: -1)),
                others + [conflict("A-1-1", with: held)], "before the hold's end")
            try requireEqual(
                await ledger.conflicts(at: wish.intent.seats, of: hall.event, now: late), others, "at its end"
            )
            try requireEqual(
                await ledger.conflicts(at: wish.intent.seats, of: .named("other"), now: start), [],
                "of another event")
        },
        Check("a section with thousands of locks is listed whole") { ledger in
            for first in stride(from: 0, to: 60, by: 10) {
                _ = try await inParallel(10) { index in
                    let number = first + index
                    let seats = (0..<50).map { "A-\(number)-\($0)" }
                    let draft = IntentDraft("a", buyer: "buyer\(letters(number))", seats: seats)
                    return try await ledger.open(draft.intent, seatsPerBuyer: 50, now: start)
                }
            }
            let locks = try await ledger.locks(in: .named("A"), of: hall.event)
            try requireEqual(Set(locks.map(\.seat)).count, 3000, "the number of locked seats")
            try requireEqual(locks.count, 3000, "the number of locks")
        },
        Check("sections with a lock are named, whether a map knows them or not") { ledger in
            try requireEqual(
                await ledger.lockedSections(of: hall.event), [], "the sections of an empty ledger")
            try await ledger.opens(IntentDraft("a", seats: ["Z-1-1", "A-1-1"]))
            try await ledger.opens(IntentDraft("b", seats: ["B-1-1"], in: SmallHall(event: .named("other"))))
            try requireEqual(
                await ledger.lockedSections(of: hall.event).sorted(), [.named("A"), .named("Z")],
                "the sections")
        },
        Check("open intents are listed oldest first, page by page, and ended ones are not") { ledger in
            for number in 0..<6 {
                let draft = IntentDraft(
                    "a\(letters(5 - number))", seats: ["A-1-\(number)"],
                    at: start.adding(ms: Int64(10 * number)))
                try await ledger.opens(draft, limit: 6)
                if number == 1 { try await ledger.claims(draft.id) }
                if number == 3 { try await ledger.cancels(draft) }
            }
            let before = start.adding(ms: 50)
            let first = try await ledger.openIntents(createdBefore: before, after: nil, limit: 2)
            try requireEqual(
                first.map { $0.createdAt.ms(since: start) }, [0, 10], "the ages on the first page")
            try requireEqual(first.map(\.state), [.pending, .claimed], "the states on the first page")
            let rest = try await ledger.openIntents(
                createdBefore: before, after: first.last?.openPosition, limit: 10)
            try requireEqual(
                rest.map { $0.createdAt.ms(since: start) }, [20, 40], "the ages on the second page")
            try requireEqual(rest.first, await ledger.intent(rest[0].id), "a listed intent")
            let end = try await ledger.openIntents(
                createdBefore: before, after: rest.last?.openPosition, limit: 10)
            try requireEqual(end, [], "the last page")
        },
        Check("open intents of one moment are not lost between pages") { ledger in
            for number in 0..<5 {
                try await ledger.opens(
                    IntentDraft("a", buyer: "buyer\(letters(number))", seats: ["A-1-\(number)"]))
            }
            var seen: [IntentID] = []
            var position: OpenIntentPosition?
            for _ in 0..<5 {
                let page = try await ledger.openIntents(createdBefore: .latest, after: position, limit: 2)
                seen += page.map(\.id)
                guard let last = page.last else { break }
                position = last.openPosition
            }
            try requireEqual(seen.count, 5, "the number of listed intents")
            try requireEqual(Set(seen).count, 5, "the number of different intents")
        },
    ]
}
