import Ticketing

/// Messages that were received too often.
extension QueueTransactions {
    func takeDead(
        max: Int, now: Timestamp, visibilityMs: Int, maxReceiveCount: Int
    ) throws(PortError) -> [ReceivedMessage] {
        try promoteDue(now: now, maxReceiveCount: maxReceiveCount)
        let find = try connection.statement(
            """
            SELECT no, queue_group, kind, body, sent_at, due_at, receive_count, take_count FROM dead_messages
            WHERE due_at <= ?1 ORDER BY no LIMIT ?2
            """)
        find.bind(1, now)
        find.bind(2, Swift.max(0, max))
        defer { find.reset() }
        var taken: [ReceivedMessage] = []
        while try find.step() {
            let message = try StoredMessage(find)
            taken.append(
                message.received(
                    count: message.receiveCount, isDead: true, takeCount: Int(find.number(7)) + 1))
        }
        for message in taken {
            guard let receipt = StoredReceipt(message.receipt) else { continue }
            let hide = try connection.statement(
                "UPDATE dead_messages SET due_at = ?2, take_count = ?3 WHERE no = ?1")
            hide.bind(1, receipt.no)
            hide.bind(2, now.adding(ms: Int64(visibilityMs)))
            hide.bind(3, receipt.count)
            try hide.run()
        }
        return taken
    }

    func deleteDead(_ receipt: StoredReceipt?, now: Timestamp) throws(PortError) -> Bool {
        guard let receipt, receipt.isDead else { return false }
        let delete = try connection.statement(
            "DELETE FROM dead_messages WHERE no = ?1 AND take_count = ?2 AND due_at > ?3")
        delete.bind(1, receipt.no)
        delete.bind(2, receipt.count)
        delete.bind(3, now)
        try delete.run()
        return connection.changedRowCount == 1
    }

    func bury(_ no: Int64) throws(PortError) {
        let copy = try connection.statement(
            """
            INSERT INTO dead_messages (no, queue_group, kind, body, sent_at, due_at, receive_count)
            SELECT no, queue_group, kind, body, sent_at, 0, receive_count FROM messages WHERE no = ?1
            """)
        copy.bind(1, no)
        try copy.run()
        let delete = try connection.statement("DELETE FROM messages WHERE no = ?1")
        delete.bind(1, no)
        try delete.run()
    }
}
