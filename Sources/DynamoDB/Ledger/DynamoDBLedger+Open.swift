import AWSCalls
import Ticketing

/// Opening an intent: one transaction for a buyer's first of an event, two for a later one.
extension DynamoDBLedger {
    /// Where each part stands in the transaction, and so among the reasons of its cancellation.
    private static var intentPlace: Int { 0 }
    private static var firstSeatPlace: Int { 1 }

    package func open(
        _ intent: PaymentIntent, blocked: [SeatID], seatsPerBuyer: Int, now: Timestamp
    ) async throws(PortError) -> OpenOutcome {
        guard intent.state == .pending else {
            throw PortError(.rejected, "intent \(intent.id) must be pending to be opened")
        }
        guard now < intent.holdExpiresAt else { return try await openLate(intent) }
        try await nameSections(of: intent)
        var contention = Contention(table.calls)
        // Most buyers have no tally of the event yet; whoever has one is shown it by the failed condition.
        var seen: BuyerTally?
        while true {
            var tally = seen ?? BuyerTally()
            do throws(Refusal) {
                try tally.add(
                    intent.id, seatCount: intent.seats.count, until: intent.holdExpiresAt,
                    limit: seatsPerBuyer, now: now)
            } catch {
                // Whether the key was used before comes first, and a limit does not tell.
                return try await replay(of: intent) ?? .refused(error)
            }
            let outcome = try await table.transact(
                actions(intent, tally, replacing: seen, blocked: blocked, now: now),
                token: Self.token(intent, now: now, version: seen?.version),
                doing: "opening intent \(intent.id)")
            guard case .cancelled(let reasons) = outcome else { return .opened(isQueued: false) }
            switch try reading(reasons, of: intent, blocked: blocked, seatsPerBuyer: seatsPerBuyer, now: now)
            {
            case .ends(let outcome): return outcome
            case .tallyIs(let stored): seen = stored
            case .again: try await contention.pause(after: reasons, "opening intent \(intent.id)")
            }
        }
    }

    private func actions(
        _ intent: PaymentIntent, _ tally: BuyerTally, replacing seen: BuyerTally?, blocked: [SeatID],
        now: Timestamp
    ) -> [TransactAction] {
        var actions: [TransactAction] = [.openIntent(intent, shards: shards)]
        actions.reserveCapacity(intent.seats.count + 2)
        for seat in intent.seats {
            // What is never held fails the transaction, and its reasons tell in one go what else is in the way.
            actions.append(
                blocked.contains(seat.id) ? .refuseSeat(seat, intent) : .holdSeat(seat, intent, now: now))
        }
        if let seen {
            actions.append(.replaceTally(tally, intent, expecting: seen.version))
        } else {
            actions.append(.startTally(tally, intent))
        }
        return actions
    }

    /// The attempt, and what else may differ between two payloads under it: a token stands for one payload.
    private static func token(_ intent: PaymentIntent, now: Timestamp, version: UInt64?) -> String {
        let mixed = UInt64(bitPattern: now.msSinceEpoch) &* 31 &+ (version.map { $0 &+ 1 } ?? 0)
        return "\(intent.attempt.text).\(String(mixed & 0xFFFF_FFFF, radix: 36))"
    }

    private enum Reading {
        case ends(OpenOutcome)
        /// The buyer has a tally; nothing else stands in the way as far as it can be told.
        case tallyIs(BuyerTally?)
        case again
    }

    private func reading(
        _ reasons: [TransactOutcome.Reason], of intent: PaymentIntent, blocked: [SeatID], seatsPerBuyer: Int,
        now: Timestamp
    ) throws(PortError) -> Reading {
        let tallyPlace = Self.firstSeatPlace + intent.seats.count
        if let stored = reasons.found(Self.intentPlace) {
            return .ends(try Self.outcome(of: intent, stored: stored))
        }
        // Whatever else failed, something that comes before it may have as well.
        guard !reasons.isBusy else { return .again }
        var tally: BuyerTally?
        if reasons.failed(tallyPlace) {
            // Nil: it was purged since it was read.
            guard let item = reasons.found(tallyPlace) else { return .tallyIs(nil) }
            let stored = try TallyItem.tally(in: item)
            tally = stored
            let held = stored.seatCount(at: now)
            guard held + intent.seats.count <= seatsPerBuyer else {
                return .ends(.refused(.buyerLimitExceeded(limit: seatsPerBuyer, held: held)))
            }
        }
        var conflicts: [SeatConflict] = []
        for (index, seat) in intent.seats.enumerated() {
            let item = reasons.found(Self.firstSeatPlace + index)
            let obstacle =
                blocked.contains(seat.id)
                ? .blocked
                : try item.flatMap { item throws(PortError) in try SeatItem.state(in: item).obstacle(at: now)
                }
            if let obstacle { conflicts.append(SeatConflict(seat: seat.id, obstacle: obstacle)) }
        }
        guard conflicts.isEmpty else { return .ends(.refused(.seatUnavailable(conflicts))) }
        return tally.map { .tallyIs($0) } ?? .again
    }

    /// The key has a record already.
    private static func outcome(
        of intent: PaymentIntent, stored item: Item
    ) throws(PortError) -> OpenOutcome {
        guard try IntentItem.attempt(in: item) != intent.attempt else { return .opened(isQueued: false) }
        let stored = try IntentItem.intent(in: item)
        guard stored.fingerprint == intent.fingerprint else { return .keyReused }
        return .replayed(stored, isQueued: false)
    }

    private func replay(of intent: PaymentIntent) async throws(PortError) -> OpenOutcome? {
        guard
            let item = try await table.get(
                ItemKey.intent(intent.id), doing: "reading intent \(intent.id)")
        else { return nil }
        return try Self.outcome(of: intent, stored: item)
    }

    /// Its hold is over: it may be a replay, but nothing new.
    private func openLate(_ intent: PaymentIntent) async throws(PortError) -> OpenOutcome {
        if let replay = try await replay(of: intent) { return replay }
        throw PortError(.rejected, "the hold of intent \(intent.id) has ended before it was opened")
    }

    /// The name of a section stands in the table before its first lock does: `lockedSections` then misses none, whenever
    /// a process dies. Each process does it once for each section.
    private func nameSections(of intent: PaymentIntent) async throws(PortError) {
        for section in sections.unknown(among: intent.seats, of: intent.event) {
            try await table.put(
                ItemKey.sections(
                    of: intent.event, shard: ItemKey.shard(of: section.text, among: Self.sectionShards)),
                section.text, doing: "naming section \(section) of \(intent.event)")
            sections.note(section, of: intent.event)
        }
    }
}
