import Ticketing

/// What `SeatLedger` promises, as transactions over the tables: what `Inventory` says in plain values.
///
/// Each looks first and writes afterwards, so that a refused one has written nothing.
struct LedgerTransactions {
    let tables: LedgerTables

    init(_ connection: Connection) { tables = LedgerTables(connection: connection) }

    /// `queuedAt` is the moment of its message when that goes into the same commit.
    func open(
        _ intent: PaymentIntent, blocked: [SeatID] = [], seatsPerBuyer: Int, now: Timestamp,
        queuedAt: Timestamp?
    ) throws(PortError) -> OpenOutcome {
        guard intent.state == .pending else { throw malformed(intent, "is not pending") }
        if let row = try tables.row(of: intent.id) { return try repeated(intent, row) }
        guard now < intent.holdExpiresAt else { throw malformed(intent, "holds its seats into the past") }
        let tally = try tallyRows(of: intent)
        let held = tally.reduce(0) { $1.counts(at: now) ? $0 + $1.seatCount : $0 }
        guard held + intent.seats.count <= seatsPerBuyer else {
            return .refused(.buyerLimitExceeded(limit: seatsPerBuyer, held: held))
        }
        let conflicts = try tables.conflicts(at: intent.seats, of: intent.event, blocked: blocked, now: now)
        guard conflicts.isEmpty else { return .refused(.seatUnavailable(conflicts)) }

        let no = try tables.insert(intent, queuedAt: queuedAt)
        for seat in intent.seats { try tables.take(seat, of: intent.event, for: no) }
        // Forgetting what has ended is what makes a late claim of it fail: its seats were not counted here.
        for row in tally where !row.counts(at: now) {
            try tables.removeFromTally(intent.buyer, intent.event, intentNo: row.intentNo)
        }
        try tables.addToTally(intent, no: no)
        if let queuedAt { try QueueTransactions(tables.connection).put(intent.id, sentAt: queuedAt) }
        return .opened(isQueued: queuedAt != nil)
    }

    private func repeated(_ intent: PaymentIntent, _ row: IntentRow) throws(PortError) -> OpenOutcome {
        let isQueued = row.queuedAt != nil
        guard row.attempt != intent.attempt else { return .opened(isQueued: isQueued) }
        guard try tables.fingerprint(row) == intent.fingerprint.bytes else { return .keyReused }
        return .replayed(try tables.intent(row), isQueued: isQueued)
    }

    private func tallyRows(of intent: PaymentIntent) throws(PortError) -> [TallyRow] {
        guard let eventNo = try tables.connection.number(of: intent.event) else { return [] }
        return try tables.tally(of: intent.buyer, eventNo: eventNo)
    }

    func claim(_ id: IntentID, now: Timestamp) throws(PortError) -> ClaimOutcome {
        guard let (row, stored) = try tables.stored(id) else { return .unknown }
        var intent = stored
        switch row.state {
        case .claimed: return .alreadyClaimed(intent)
        case .confirmed, .declined, .cancelled, .expired: return .alreadyFinal(intent)
        case .pending: break
        }
        let isTallied = try tables.isTallied(intent, no: row.no)
        let lost = try lostSeats(intent, row)
        guard isTallied, lost.isEmpty else {
            try step { () throws(IntentTransitionError) in try intent.expire(now: now) }
            try end(intent, row)
            return .expired(intent)
        }
        try step { () throws(IntentTransitionError) in try intent.claim() }
        try tables.update(row, to: intent)
        return .claimed(intent)
    }

    func settle(
        _ id: IntentID, as settlement: Settlement, now: Timestamp
    ) throws(PortError) -> SettleOutcome {
        guard let (row, stored) = try tables.stored(id) else { return .unknown }
        var intent = stored
        guard !row.state.isFinal else { return .alreadyFinal(intent) }
        guard row.state == .claimed else { return .notClaimed(intent) }
        switch settlement {
        case .confirmed(let order):
            let lost = try lostSeats(intent, row)
            guard lost.isEmpty else { return .seatsLost(lost) }
            try step { () throws(IntentTransitionError) in try intent.confirm(order: order, now: now) }
            try tables.update(row, to: intent)
        case .declined:
            try step { () throws(IntentTransitionError) in try intent.decline(now: now) }
            try end(intent, row)
        case .expired:
            try step { () throws(IntentTransitionError) in try intent.expire(now: now) }
            try end(intent, row)
        }
        return .settled(intent)
    }

    func cancel(_ id: IntentID, buyer: BuyerID, now: Timestamp) throws(PortError) -> CancelOutcome {
        guard let (row, stored) = try tables.stored(id) else { return .unknown }
        var intent = stored
        guard intent.buyer == buyer else { return .unknown }
        switch row.state {
        case .cancelled: return .cancelled(intent)
        case .claimed, .confirmed, .declined, .expired: return .notCancellable(intent)
        case .pending: break
        }
        try step { () throws(IntentTransitionError) in try intent.cancel(now: now) }
        try end(intent, row)
        return .cancelled(intent)
    }

    // MARK: Parts of a transaction

    /// It has ended without an order: its seats, as far as it still has them, and its tally entry go.
    private func end(_ intent: PaymentIntent, _ row: IntentRow) throws(PortError) {
        try tables.update(row, to: intent)
        for seat in intent.seats { try tables.free(seat, of: intent.event, from: row.no) }
        try tables.removeFromTally(intent.buyer, intent.event, intentNo: row.no)
    }

    private func lostSeats(_ intent: PaymentIntent, _ row: IntentRow) throws(PortError) -> [SeatID] {
        var lost: [SeatID] = []
        for seat in intent.seats where try tables.owner(of: seat, of: intent.event) != row.no {
            lost.append(seat.id)
        }
        return lost
    }

    /// The state has been looked at before, so a refusal is a slip of ours and not the caller's.
    private func step(_ change: () throws(IntentTransitionError) -> Void) throws(PortError) {
        do {
            try change()
        } catch {
            throw PortError(.failed, "an intent did not take its step", cause: error)
        }
    }

    private func malformed(_ intent: PaymentIntent, _ what: String) -> PortError {
        PortError(.rejected, "intent \(intent.id) \(what), so it cannot be opened")
    }
}
