/// The ledger as a plain value: what each transaction of `SeatLedger` does, without storage, time or
/// concurrency.
///
/// It is the executable specification. Property tests run it through random sales, and the reference ledger
/// of the conformance suites is this value behind a lock.
package struct Inventory: Sendable {
    private struct SeatKey: Hashable {
        let event: EventID
        let section: SectionID
        let seat: SeatID
    }

    private struct TallyKey: Hashable {
        let event: EventID
        let buyer: BuyerID
    }

    private var seats: [SeatKey: SeatState] = [:]
    private var intents: [IntentID: PaymentIntent] = [:]
    private var tallies: [TallyKey: BuyerTally] = [:]

    package init() {}

    // MARK: Transactions

    /// `isQueued` is always false: this value has no queue.
    package mutating func open(
        _ intent: PaymentIntent, blocked: [SeatID] = [], seatsPerBuyer: Int, now: Timestamp
    ) throws(InvalidValue) -> OpenOutcome {
        guard intent.state == .pending else {
            throw InvalidValue(
                .badForm, field: "intent \(intent.id)", message: "must be pending to be opened")
        }
        if let stored = intents[intent.id] {
            guard stored.attempt != intent.attempt else { return .opened(isQueued: false) }
            guard stored.fingerprint == intent.fingerprint else { return .keyReused }
            return .replayed(stored, isQueued: false)
        }
        guard now < intent.holdExpiresAt else {
            throw InvalidValue(.outOfRange, field: "holdExpiresAt", message: "must be later than now")
        }
        var tally = tallies[tallyKey(of: intent)] ?? BuyerTally()
        do {
            try tally.add(
                intent.id, seatCount: intent.seats.count, until: intent.holdExpiresAt, limit: seatsPerBuyer,
                now: now)
        } catch {
            return .refused(error)
        }
        var changedSeats: [SeatKey: SeatState] = [:]
        var conflicts: [SeatConflict] = []
        for seat in intent.seats {
            let key = seatKey(seat, of: intent)
            let state = seats[key] ?? .free
            if let obstacle = blocked.contains(seat.id) ? .blocked : state.obstacle(at: now) {
                conflicts.append(SeatConflict(seat: seat.id, obstacle: obstacle))
                continue
            }
            do {
                changedSeats[key] = try state.held(by: intent.id, until: intent.holdExpiresAt, now: now)
            } catch {
                throw InvalidValue(.badForm, field: "seat \(seat.id)", message: error.message)
            }
        }
        guard conflicts.isEmpty else { return .refused(.seatUnavailable(conflicts)) }
        write(changedSeats)
        intents[intent.id] = intent
        tallies[tallyKey(of: intent)] = tally
        return .opened(isQueued: false)
    }

    package func conflicts(
        at seats: [ChosenSeat], of event: EventID, now: Timestamp
    ) -> [SeatConflict] {
        seats.compactMap { seat in
            let key = SeatKey(event: event, section: seat.section, seat: seat.id)
            return self.seats[key]?.obstacle(at: now).map { SeatConflict(seat: seat.id, obstacle: $0) }
        }
    }

    package mutating func claim(_ id: IntentID, now: Timestamp) -> ClaimOutcome {
        guard var intent = intents[id] else { return .unknown }
        switch intent.state {
        case .claimed: return .alreadyClaimed(intent)
        case .confirmed, .declined, .cancelled, .expired: return .alreadyFinal(intent)
        case .pending: break
        }
        var tally = tallies[tallyKey(of: intent)] ?? BuyerTally()
        let claimed = changing(seatsOf: intent) { seat throws(SeatTransitionError) in
            try seat.claimed(by: id)
        }
        guard tally.makePermanent(id), claimed.lost.isEmpty, (try? intent.claim()) != nil else {
            guard (try? intent.expire(now: now)) != nil else { return .alreadyFinal(intent) }
            free(seatsOf: intent, because: .expired)
            return .expired(intent)
        }
        write(claimed.changed)
        intents[id] = intent
        tallies[tallyKey(of: intent)] = tally
        return .claimed(intent)
    }

    package mutating func settle(_ id: IntentID, as settlement: Settlement, now: Timestamp) -> SettleOutcome {
        guard var intent = intents[id] else { return .unknown }
        guard !intent.state.isFinal else { return .alreadyFinal(intent) }
        guard intent.state == .claimed else { return .notClaimed(intent) }
        do {
            switch settlement {
            case .confirmed(let order):
                let sold = changing(seatsOf: intent) { seat throws(SeatTransitionError) in
                    try seat.sold(by: id, order: order)
                }
                guard sold.lost.isEmpty else { return .seatsLost(sold.lost) }
                try intent.confirm(order: order, now: now)
                write(sold.changed)
                intents[id] = intent
            case .declined:
                try intent.decline(now: now)
                free(seatsOf: intent, because: .declined)
            case .expired:
                try intent.expire(now: now)
                free(seatsOf: intent, because: .expired)
            }
            return .settled(intent)
        } catch {
            return .alreadyFinal(intent)
        }
    }

    package mutating func cancel(_ id: IntentID, buyer: BuyerID, now: Timestamp) -> CancelOutcome {
        guard var intent = intents[id], intent.buyer == buyer else { return .unknown }
        guard intent.state != .cancelled else { return .cancelled(intent) }
        guard (try? intent.cancel(now: now)) != nil else { return .notCancellable(intent) }
        free(seatsOf: intent, because: .cancelled)
        return .cancelled(intent)
    }

    // MARK: Reading

    package func intent(_ id: IntentID) -> PaymentIntent? { intents[id] }

    package var allIntents: [PaymentIntent] { Array(intents.values) }

    package func tally(of buyer: BuyerID, event: EventID) -> BuyerTally {
        tallies[TallyKey(event: event, buyer: buyer)] ?? BuyerTally()
    }

    package func locks(of event: EventID) -> [SeatLock] {
        seats.compactMap { key, state in
            key.event == event ? SeatLock(seat: key.seat, section: key.section, state: state) : nil
        }
    }

    package func openIntents(
        createdBefore moment: Timestamp, after position: OpenIntentPosition?, limit: Int
    ) -> [PaymentIntent] {
        let open = intents.values.filter { intent in
            guard !intent.state.isFinal, intent.createdAt < moment else { return false }
            guard let position else { return true }
            return position < intent.openPosition
        }
        return Array(open.sorted { $0.openPosition < $1.openPosition }.prefix(limit))
    }

    // MARK: Parts of a transaction

    /// The intent has ended without an order: its seats, as far as it still owns them, and its tally entry
    /// go.
    private mutating func free(seatsOf intent: PaymentIntent, because reason: SeatRelease) {
        let id = intent.id
        let freed = changing(seatsOf: intent) { seat throws(SeatTransitionError) in
            try seat.freed(by: id, because: reason)
        }
        write(freed.changed)
        intents[id] = intent
        tallies[tallyKey(of: intent)]?.remove(id)
    }

    private func changing(
        seatsOf intent: PaymentIntent,
        by step: (SeatState) throws(SeatTransitionError) -> SeatState
    ) -> (changed: [SeatKey: SeatState], lost: [SeatID]) {
        var changed: [SeatKey: SeatState] = [:]
        var lost: [SeatID] = []
        for seat in intent.seats {
            let key = seatKey(seat, of: intent)
            do {
                changed[key] = try step(seats[key] ?? .free)
            } catch {
                lost.append(seat.id)
            }
        }
        return (changed, lost)
    }

    /// A free seat has no entry: the lock table is sparse.
    private mutating func write(_ changed: [SeatKey: SeatState]) {
        for (key, state) in changed {
            seats[key] = state == .free ? nil : state
        }
    }

    private func seatKey(_ seat: ChosenSeat, of intent: PaymentIntent) -> SeatKey {
        SeatKey(event: intent.event, section: seat.section, seat: seat.id)
    }

    private func tallyKey(of intent: PaymentIntent) -> TallyKey {
        TallyKey(event: intent.event, buyer: intent.buyer)
    }
}
