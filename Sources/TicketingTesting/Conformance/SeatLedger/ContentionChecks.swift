import Ticketing

extension SeatLedgerConformance {
    static let contention: [Check] = [
        Check("of 200 parallel intents for one seat one wins, and the others are told why not") { ledger in
            let drafts = (0..<200).map {
                IntentDraft("a", buyer: "buyer\(letters($0))", seats: ["A-1-1"])
            }
            let outcomes = try await inParallel(200) { number in
                try await ledger.open(drafts[number].intent, seatsPerBuyer: limit, now: start)
            }
            try requireEqual(outcomes.count { $0.isOpened }, 1, "the number of winners")
            let winner = try requireSome(outcomes.firstIndex { $0.isOpened }, "winner")
            let refusal = OpenOutcome.refused(
                .seatUnavailable([conflict("A-1-1", with: drafts[winner].intent)]))
            try requireEqual(outcomes.count { $0 == refusal }, 199, "the number of refusals")
        },
        Check("one key 200 times in parallel opens one intent, and every replay shows that one") { ledger in
            let outcomes = try await inParallel(200) { number in
                let draft = IntentDraft("a", seats: ["A-1-1"], call: UInt64(number))
                return try await ledger.open(draft.intent, seatsPerBuyer: limit, now: start)
            }
            try requireEqual(outcomes.count { $0.isOpened }, 1, "the number of winners")
            let stored = try requireSome(await ledger.intent(.named("pi_anaa")), "intent")
            try requireEqual(outcomes.count { $0.replayedIntent == stored }, 199, "the number of replays")
            let winner = try requireSome(outcomes.firstIndex { $0.isOpened }, "winner")
            try requireEqual(stored.attempt.bytes.last, UInt8(winner), "the attempt that is stored")
        },
        Check("parallel intents for overlapping groups never share a seat, and each is whole") { ledger in
            let seats = hall.listing.map.seats.filter { !$0.isBlocked }.map(\.id.text)
            let drafts = (0..<80).map { number in
                let first = number * 5 % seats.count
                let count = 1 + number % 3
                return IntentDraft(
                    "a", buyer: "buyer\(letters(number))",
                    // Half of them ask in the other order: locks taken in the buyer's order would deadlock.
                    seats: (0..<count).map {
                        seats[(first + (number % 2 == 0 ? $0 : count - 1 - $0)) % seats.count]
                    })
            }
            let outcomes = try await inParallel(drafts.count) { number in
                try await ledger.open(drafts[number].intent, seatsPerBuyer: limit, now: start)
            }
            let winners = zip(drafts, outcomes).filter { $0.1.isOpened }.map(\.0)
            let wonSeats = winners.flatMap(\.seats)
            try requireEqual(
                Set(wonSeats).count, wonSeats.count, "the number of different seats that were won")
            try require(!winners.isEmpty, "nobody won")
            for winner in winners {
                for seat in winner.seats {
                    try requireEqual(await ledger.state(of: seat).owner, winner.id, "the owner of \(seat)")
                }
            }
            let locked = try await allLocks(ledger).count
            try requireEqual(locked, wonSeats.count, "the number of locks")
        },
        Check("parallel intents after a hold has ended: one takes the seat over") { ledger in
            let first = try await ledger.opens(IntentDraft("a", seats: ["A-1-1"]))
            let outcomes = try await inParallel(50) { number in
                let draft = IntentDraft(
                    "a", buyer: "buyer\(letters(number))", seats: ["A-1-1"], at: first.holdExpiresAt)
                return try await ledger.open(draft.intent, seatsPerBuyer: limit, now: draft.createdAt)
            }
            try requireEqual(outcomes.count { $0.isOpened }, 1, "the number of winners")
        },
        Check("of a claim and a takeover of the ended hold in parallel one wins, whole") { ledger in
            for round in 0..<20 {
                let hall = SmallHall(event: .named("hall-\(round)"))
                let first = IntentDraft("a\(letters(round))", seats: ["A-1-1", "A-1-2"], in: hall)
                try await ledger.opens(first)
                let late = first.intent.holdExpiresAt
                let next = IntentDraft(
                    "b\(letters(round))", buyer: "ben", seats: ["A-1-2"], in: hall, at: late)
                async let claiming = ledger.claim(first.id, now: late)
                async let opening = ledger.open(next.intent, seatsPerBuyer: limit, now: late)
                let (claim, open) = try await (claiming, opening)
                switch (claim, open) {
                case (.claimed, .refused):
                    try requireEqual(
                        await ledger.state(of: "A-1-2", in: hall), .selling(owner: first.id), "A-1-2")
                case (.expired, .opened):
                    try requireEqual(await ledger.state(of: "A-1-1", in: hall), .free, "A-1-1")
                    try requireEqual(
                        await ledger.state(of: "A-1-2", in: hall).owner, next.id, "A-1-2's owner")
                default: try require(false, "claim came to \(claim), and open to \(open)")
                }
            }
        },
    ]

    /// A number in letters, as ids of buyers and intents need it.
    static func letters(_ number: Int) -> String {
        Base32.encode([UInt8(number / 256), UInt8(number % 256)])
    }

    static func allLocks(_ ledger: any SeatLedger) async throws -> [SeatLock] {
        var locks: [SeatLock] = []
        for section in hall.sections { locks += try await ledger.locks(in: section, of: hall.event) }
        return locks
    }
}
