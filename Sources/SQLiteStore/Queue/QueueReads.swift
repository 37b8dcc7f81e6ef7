import Ticketing

/// What is asked of the queue beside the writer.
struct QueueReads {
    let connection: Connection

    /// All numbers of one moment.
    func stats(now: Timestamp) throws(PortError) -> QueueStats {
        let find = try connection.statement(
            """
            SELECT (SELECT count(*) FROM messages),
                (SELECT count(*) FROM messages WHERE due_at > ?1 AND due_at < ?2),
                (SELECT count(*) FROM dead_messages),
                (SELECT sent_at FROM messages ORDER BY no LIMIT 1)
            """)
        find.bind(1, now)
        find.bind(2, QueueTransactions.parked)
        defer { find.reset() }
        guard try find.step() else { throw PortError(.corrupt, "the queue could not be counted") }
        let inFlight = Int(find.number(1))
        return QueueStats(
            visible: Int(find.number(0)) - inFlight, inFlight: inFlight, dead: Int(find.number(2)),
            oldestAgeMs: find.isNull(3) ? nil : Int(max(0, now.ms(since: find.moment(3)))))
    }
}
