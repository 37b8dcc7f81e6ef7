import Ticketing

/// What is asked of the ledger beside the writer.
struct LedgerReads {
    let connection: Connection

    func intent(_ id: IntentID) throws(PortError) -> PaymentIntent? {
        try LedgerTables(connection: connection).stored(id)?.intent
    }

    func locks(in section: SectionID, of event: EventID) throws(PortError) -> [SeatLock] {
        guard let sectionNo = try connection.number(of: section, in: event) else { return [] }
        let find = try connection.statement(
            """
            SELECT seat, id, state, hold_expires_at, order_number
            FROM seat_locks JOIN intents ON intents.no = seat_locks.intent_no WHERE section_no = ?1
            """)
        find.bind(1, sectionNo)
        defer { find.reset() }
        var locks: [SeatLock] = []
        while try find.step() {
            locks.append(SeatLock(seat: try seatID(find.text(0)), section: section, state: try state(find)))
        }
        return locks
    }

    private func state(_ row: Statement) throws(PortError) -> SeatState {
        let owner = try IntentKey.id(row.bytes(1))
        switch try IntentState(storedCode: row.number(2)) {
        case .pending: return .held(owner: owner, expiresAt: row.moment(3))
        case .claimed: return .selling(owner: owner)
        case .confirmed: return .sold(owner: owner, order: try OrderKey.number(row.bytes(4)))
        case .declined, .cancelled, .expired:
            throw PortError(.corrupt, "intent \(owner) has ended and still has a seat")
        }
    }

    func lockedSections(of event: EventID) throws(PortError) -> [SectionID] {
        guard let eventNo = try connection.number(of: event) else { return [] }
        let find = try connection.statement(
            """
            SELECT id FROM section_names
            WHERE event_no = ?1 AND EXISTS (SELECT 1 FROM seat_locks WHERE section_no = section_names.no)
            ORDER BY id
            """)
        find.bind(1, eventNo)
        defer { find.reset() }
        var sections: [SectionID] = []
        while try find.step() {
            do {
                sections.append(try SectionID(find.text(0)))
            } catch {
                throw PortError(.corrupt, "a stored section id does not make sense", cause: error)
            }
        }
        return sections
    }

    /// Live locks of the event: held at `now`, being sold or sold.
    func liveLockCount(of event: EventID, now: Timestamp) throws(PortError) -> Int {
        guard let eventNo = try connection.number(of: event) else { return 0 }
        let count = try connection.statement(
            """
            SELECT count(*) FROM section_names
            JOIN seat_locks ON section_no = section_names.no
            JOIN intents ON intents.no = seat_locks.intent_no
            WHERE event_no = ?1 AND (state <> 0 OR hold_expires_at > ?2)
            """)
        count.bind(1, eventNo)
        count.bind(2, now)
        return Int(try count.firstNumber() ?? 0)
    }

    func openIntents(
        createdBefore moment: Timestamp, after position: OpenIntentPosition?, limit: Int
    ) throws(PortError) -> [PaymentIntent] {
        let find = try connection.statement(
            """
            SELECT intents.no, id, attempt, state, created_at, hold_expires_at, queued_at, ended_at,
                order_number, body
            FROM intents INDEXED BY intents_open JOIN intent_bodies ON intent_bodies.no = intents.no
            WHERE state < 2 AND created_at < ?1 AND created_at >= ?2 AND (created_at, id) > (?2, ?3)
            ORDER BY created_at, id LIMIT ?4
            """)
        find.bind(1, moment)
        find.bind(2, position?.createdAt.msSinceEpoch ?? .min)
        find.bind(3, blob: position.map { IntentKey.bytes($0.id) } ?? [])
        find.bind(4, max(0, limit))
        defer { find.reset() }
        var intents: [PaymentIntent] = []
        while try find.step() { intents.append(try IntentBody.decode(find.bytes(9), row: IntentRow(find))) }
        return intents
    }

    private func seatID(_ text: String) throws(PortError) -> SeatID {
        do {
            return try SeatID(text)
        } catch {
            throw PortError(.corrupt, "a stored seat id does not make sense", cause: error)
        }
    }
}
