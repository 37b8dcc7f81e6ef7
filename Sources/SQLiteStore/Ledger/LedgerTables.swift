import Ticketing

/// The ledger's tables: single reads and writes, out of which the transactions are made.
struct LedgerTables {
    let connection: Connection

    // MARK: Intents

    func row(of id: IntentID) throws(PortError) -> IntentRow? {
        let find = try connection.statement(
            """
            SELECT no, id, attempt, state, created_at, hold_expires_at, queued_at, ended_at, order_number
            FROM intents WHERE id = ?1
            """)
        find.bind(1, blob: IntentKey.bytes(id))
        defer { find.reset() }
        return try find.step() ? IntentRow(find, id: id) : nil
    }

    /// The row together with the intent: both change and body, in one way down the tree.
    func stored(_ id: IntentID) throws(PortError) -> (row: IntentRow, intent: PaymentIntent)? {
        let find = try connection.statement(
            """
            SELECT intents.no, id, attempt, state, created_at, hold_expires_at, queued_at, ended_at,
                order_number, body
            FROM intents JOIN intent_bodies ON intent_bodies.no = intents.no WHERE id = ?1
            """)
        find.bind(1, blob: IntentKey.bytes(id))
        defer { find.reset() }
        guard try find.step() else { return nil }
        let row = try IntentRow(find, id: id)
        return (row, try IntentBody.decode(find.bytes(9), row: row))
    }

    func intent(_ row: IntentRow) throws(PortError) -> PaymentIntent {
        let find = try connection.statement("SELECT body FROM intent_bodies WHERE no = ?1")
        find.bind(1, row.no)
        defer { find.reset() }
        guard try find.step() else {
            throw PortError(.corrupt, "intent \(row.id) is stored without its body")
        }
        return try IntentBody.decode(find.bytes(0), row: row)
    }

    func fingerprint(_ row: IntentRow) throws(PortError) -> [UInt8] {
        let find = try connection.statement("SELECT body FROM intent_bodies WHERE no = ?1")
        find.bind(1, row.no)
        defer { find.reset() }
        guard try find.step() else {
            throw PortError(.corrupt, "intent \(row.id) is stored without its body")
        }
        return try IntentBody.fingerprint(in: find.bytes(0))
    }

    /// Gives the new intent's number.
    func insert(_ intent: PaymentIntent, queuedAt: Timestamp?) throws(PortError) -> Int64 {
        let insert = try connection.statement(
            """
            INSERT INTO intents (id, attempt, state, created_at, hold_expires_at, queued_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """)
        insert.bind(1, blob: IntentKey.bytes(intent.id))
        insert.bind(2, blob: intent.attempt.bytes)
        insert.bind(3, intent.state.storedCode)
        insert.bind(4, intent.createdAt)
        insert.bind(5, intent.holdExpiresAt)
        insert.bind(6, queuedAt?.msSinceEpoch)
        try insert.run()
        let no = connection.lastInsertedRow
        let insertBody = try connection.statement("INSERT INTO intent_bodies (no, body) VALUES (?1, ?2)")
        insertBody.bind(1, no)
        insertBody.bind(2, blob: IntentBody.encode(intent))
        try insertBody.run()
        return no
    }

    /// From the state it was read in to the one it is in now; the old state stands in the condition once
    /// more, so that a slip of the caller cannot overwrite a final state.
    func update(_ row: IntentRow, to intent: PaymentIntent) throws(PortError) {
        let update = try connection.statement(
            "UPDATE intents SET state = ?3, ended_at = ?4, order_number = ?5 WHERE no = ?1 AND state = ?2")
        update.bind(1, row.no)
        update.bind(2, row.state.storedCode)
        update.bind(3, intent.state.storedCode)
        update.bind(4, intent.endedAt?.msSinceEpoch)
        update.bind(5, blob: intent.order.map { OrderKey.bytes($0) })
        try update.run()
        guard connection.changedRowCount == 1 else {
            throw PortError(.failed, "intent \(row.id) changed under its own transaction")
        }
    }

    // MARK: Seat locks

    /// What stands in the way of an intent with these seats, in their order.
    func conflicts(
        at seats: [ChosenSeat], of event: EventID, blocked: [SeatID] = [], now: Timestamp
    ) throws(PortError) -> [SeatConflict] {
        var conflicts: [SeatConflict] = []
        for seat in seats {
            let obstacle = blocked.contains(seat.id) ? .blocked : try lock(seat, of: event)?.obstacle(at: now)
            if let obstacle { conflicts.append(SeatConflict(seat: seat.id, obstacle: obstacle)) }
        }
        return conflicts
    }

    /// Whose the seat is and in what state.
    func lock(_ seat: ChosenSeat, of event: EventID) throws(PortError) -> LockRow? {
        guard let sectionNo = try connection.number(of: seat.section, in: event) else { return nil }
        let find = try connection.statement(
            """
            SELECT intents.id, intents.state, intents.hold_expires_at
            FROM seat_locks JOIN intents ON intents.no = seat_locks.intent_no
            WHERE section_no = ?1 AND seat = ?2
            """)
        find.bind(1, sectionNo)
        find.bind(2, text: seat.id.text)
        defer { find.reset() }
        guard try find.step() else { return nil }
        return LockRow(
            owner: try IntentKey.id(find.bytes(0)), state: try IntentState(storedCode: find.number(1)),
            holdExpiresAt: find.moment(2))
    }

    func owner(of seat: ChosenSeat, of event: EventID) throws(PortError) -> Int64? {
        guard let sectionNo = try connection.number(of: seat.section, in: event) else { return nil }
        let find = try connection.statement(
            "SELECT intent_no FROM seat_locks WHERE section_no = ?1 AND seat = ?2")
        find.bind(1, sectionNo)
        find.bind(2, text: seat.id.text)
        return try find.firstNumber()
    }

    /// Whoever had it has been looked at before.
    func take(_ seat: ChosenSeat, of event: EventID, for intentNo: Int64) throws(PortError) {
        let put = try connection.statement(
            "INSERT OR REPLACE INTO seat_locks (section_no, seat, intent_no) VALUES (?1, ?2, ?3)")
        put.bind(1, try connection.numberMaking(seat.section, in: event))
        put.bind(2, text: seat.id.text)
        put.bind(3, intentNo)
        try put.run()
    }

    /// Frees the seat if the intent still has it.
    func free(_ seat: ChosenSeat, of event: EventID, from intentNo: Int64) throws(PortError) {
        guard let sectionNo = try connection.number(of: seat.section, in: event) else { return }
        let delete = try connection.statement(
            "DELETE FROM seat_locks WHERE section_no = ?1 AND seat = ?2 AND intent_no = ?3")
        delete.bind(1, sectionNo)
        delete.bind(2, text: seat.id.text)
        delete.bind(3, intentNo)
        try delete.run()
    }

    // MARK: Tallies

    /// The buyer's intents for the event that count or have counted, with how many seats each.
    func tally(of buyer: BuyerID, eventNo: Int64) throws(PortError) -> [TallyRow] {
        let find = try connection.statement(
            """
            SELECT tallies.intent_no, tallies.seat_count, intents.state, intents.hold_expires_at
            FROM tallies JOIN intents ON intents.no = tallies.intent_no
            WHERE event_no = ?1 AND buyer = ?2
            """)
        find.bind(1, eventNo)
        find.bind(2, text: buyer.text)
        defer { find.reset() }
        var rows: [TallyRow] = []
        while try find.step() {
            rows.append(
                TallyRow(
                    intentNo: find.number(0), seatCount: Int(find.number(1)),
                    state: try IntentState(storedCode: find.number(2)), holdExpiresAt: find.moment(3)))
        }
        return rows
    }

    func isTallied(_ intent: PaymentIntent, no: Int64) throws(PortError) -> Bool {
        guard let eventNo = try connection.number(of: intent.event) else { return false }
        let find = try connection.statement(
            "SELECT 1 FROM tallies WHERE event_no = ?1 AND buyer = ?2 AND intent_no = ?3")
        find.bind(1, eventNo)
        find.bind(2, text: intent.buyer.text)
        find.bind(3, no)
        return try find.firstNumber() != nil
    }

    func addToTally(_ intent: PaymentIntent, no: Int64) throws(PortError) {
        let insert = try connection.statement(
            "INSERT INTO tallies (event_no, buyer, intent_no, seat_count) VALUES (?1, ?2, ?3, ?4)")
        insert.bind(1, try connection.numberMaking(intent.event))
        insert.bind(2, text: intent.buyer.text)
        insert.bind(3, no)
        insert.bind(4, intent.seats.count)
        try insert.run()
    }

    func removeFromTally(_ buyer: BuyerID, _ event: EventID, intentNo: Int64) throws(PortError) {
        guard let eventNo = try connection.number(of: event) else { return }
        let delete = try connection.statement(
            "DELETE FROM tallies WHERE event_no = ?1 AND buyer = ?2 AND intent_no = ?3")
        delete.bind(1, eventNo)
        delete.bind(2, text: buyer.text)
        delete.bind(3, intentNo)
        try delete.run()
    }
}

/// A seat lock together with its owner's state.
struct LockRow {
    let owner: IntentID
    let state: IntentState
    let holdExpiresAt: Timestamp

    /// Nil when it is free for another intent: only an unpaid hold ever ends by itself. The lock of an intent
    /// that has ended otherwise should not be there, and keeps the seat until a person has looked at it.
    func obstacle(at now: Timestamp) -> SeatObstacle? {
        switch state {
        case .pending: now < holdExpiresAt ? .held(by: owner, until: holdExpiresAt) : nil
        case .confirmed: .sold(to: owner)
        case .claimed, .declined, .cancelled, .expired: .selling(by: owner)
        }
    }
}

/// One intent in a buyer's tally. Whether it is permanent is told by its state.
struct TallyRow {
    let intentNo: Int64
    let seatCount: Int
    let state: IntentState
    let holdExpiresAt: Timestamp

    func counts(at now: Timestamp) -> Bool { state != .pending || now < holdExpiresAt }
}
