import Ticketing

/// What is asked of failures and dead letters beside the writer.
struct FailureReads {
    let connection: Connection

    func failureCounts(of key: String) throws(PortError) -> [FailureKind: Int] {
        let find = try connection.statement("SELECT kind, count FROM failures WHERE key = ?1")
        find.bind(1, text: key)
        defer { find.reset() }
        var counts: [FailureKind: Int] = [:]
        while try find.step() { counts[try kind(find.text(0))] = Int(find.number(1)) }
        return counts
    }

    func letter(_ key: String) throws(PortError) -> DeadLetter? {
        let find = try connection.statement(
            """
            SELECT key, message_kind, message, event, kind, reason, failure_count, died_at,
                (SELECT count FROM redrives WHERE key = dead_letters.key)
            FROM dead_letters WHERE key = ?1
            """)
        find.bind(1, text: key)
        defer { find.reset() }
        return try find.step() ? letter(find) : nil
    }

    func letters(
        _ filter: DeadLetterFilter, after key: String?, limit: Int
    ) throws(PortError) -> [DeadLetter] {
        let find = try connection.statement(
            """
            SELECT key, message_kind, message, event, kind, reason, failure_count, died_at,
                (SELECT count FROM redrives WHERE key = dead_letters.key)
            FROM dead_letters
            WHERE (?1 IS NULL OR key > ?1) AND (?2 IS NULL OR event = ?2) AND (?3 IS NULL OR kind = ?3)
            ORDER BY key LIMIT ?4
            """)
        find.bind(1, text: key)
        find.bind(2, text: filter.event?.text)
        find.bind(3, text: filter.kind?.rawValue)
        find.bind(4, max(0, limit))
        defer { find.reset() }
        var letters: [DeadLetter] = []
        while try find.step() { letters.append(try letter(find)) }
        return letters
    }

    func letterCount() throws(PortError) -> Int {
        Int(try connection.statement("SELECT count(*) FROM dead_letters").firstNumber() ?? 0)
    }

    private func letter(_ row: Statement) throws(PortError) -> DeadLetter {
        let key = row.text(0)
        do {
            let message: OrderMessage =
                switch StoredMessage.Kind(rawValue: row.number(1)) {
                case .intent: .intent(try IntentID(row.text(2)))
                case .probe: .probe(row.text(2))
                case .unreadable: .unreadable(row.text(2))
                case .intentOfGroup, nil:
                    throw InvalidValue(.unknown, field: "message", message: "must be of a known kind")
                }
            return DeadLetter(
                key: key, message: message, event: row.isNull(3) ? nil : try EventID(row.text(3)),
                kind: try kind(row.text(4)), reason: row.text(5), failureCount: Int(row.number(6)),
                diedAt: row.moment(7), redriveCount: Int(row.number(8)))
        } catch {
            throw PortError(.corrupt, "dead letter \(key) does not make sense", cause: error)
        }
    }

    private func kind(_ text: String) throws(PortError) -> FailureKind {
        guard let kind = FailureKind(rawValue: text) else {
            throw PortError(.corrupt, "a stored failure has the unknown kind \(text)")
        }
        return kind
    }
}
