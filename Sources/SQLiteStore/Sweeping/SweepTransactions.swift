import Ticketing

/// An intent that ended without an order.
struct EndedIntent: Sendable {
    let no: Int64
    let id: IntentID
    let attempt: Attempt
}

/// The steps of `SQLiteBroom` over the tables.
struct SweepTransactions {
    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// Those that ended first come first.
    func ended(before moment: Timestamp, limit: Int) throws(PortError) -> [EndedIntent] {
        let find = try connection.statement(
            """
            SELECT no, id, attempt FROM intents WHERE state > 2 AND ended_at < ?1 ORDER BY ended_at LIMIT ?2
            """)
        find.bind(1, moment)
        find.bind(2, max(0, limit))
        defer { find.reset() }
        var ended: [EndedIntent] = []
        while try find.step() {
            ended.append(
                EndedIntent(
                    no: find.number(0), id: try IntentKey.id(find.bytes(1)),
                    attempt: try Attempt(stored: find.bytes(2))))
        }
        return ended
    }

    /// A decision with an order is never among them: its intent is confirmed.
    func removeTraces(of intent: EndedIntent) throws(PortError) {
        let decision = try connection.statement(
            "DELETE FROM inbox WHERE attempt_key = ?1 AND order_no IS NULL")
        decision.bind(1, blob: OrderKey.bytes(intent.attempt))
        try decision.run()
        for statement: StaticString in [
            "DELETE FROM failures WHERE key = ?1", "DELETE FROM redrives WHERE key = ?1",
            "DELETE FROM dead_letters WHERE key = ?1",
        ] {
            let delete = try connection.statement(statement)
            delete.bind(1, text: intent.id.text)
            try delete.run()
        }
    }

    /// False when something stands in the way.
    func remove(_ ended: EndedIntent) throws(PortError) -> Bool {
        let tables = LedgerTables(connection: connection)
        guard let (row, intent) = try tables.stored(ended.id), row.no == ended.no, row.state.storedCode > 2
        else {
            return false
        }
        // It freed its seats when it ended. A lock that is there all the same is for a person to look at, and must
        // not pass to the next intent that gets the number.
        guard try !tables.isTallied(intent, no: row.no) else { return false }
        for seat in intent.seats where try tables.owner(of: seat, of: intent.event) == row.no { return false }
        for statement: StaticString in [
            "DELETE FROM intents WHERE no = ?1", "DELETE FROM intent_bodies WHERE no = ?1",
        ] {
            let delete = try connection.statement(statement)
            delete.bind(1, row.no)
            try delete.run()
        }
        return true
    }
}
