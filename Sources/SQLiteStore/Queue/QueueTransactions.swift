import Ticketing

/// What `OrderQueue` promises, as transactions over its tables.
///
/// `due_at` says all about a message: 0, it is ready; a moment, it is received or put off until then;
/// `parked`, an earlier message of its group is still there. So the ready ones are found at once however
/// many are put off or parked, and a message that is ready is always the first of its group.
struct QueueTransactions {
    private static let ready: Int64 = 0
    static let parked = Int64.max
    private static let deduplicationWindowMs: Int64 = 300_000
    /// More than any receive asks for; what is left over is promoted by the next.
    private static let maxPromotions = 512
    /// Each send clears away so many that nobody needs any more: more than it adds.
    private static let maxForgotten = 64

    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    // MARK: Sending

    /// The first message of an intent that is being opened in this very transaction. The intent's own row
    /// remembers it for deduplication.
    ///
    /// It is the first of its group: nobody else could name the intent before it was there.
    func put(_ intent: IntentID, sentAt: Timestamp) throws(PortError) {
        try insert(
            group: QueueKey.bytes(intent), kind: .intentOfGroup, body: nil, sentAt: sentAt, dueAt: Self.ready)
    }

    func send(_ outgoing: OutgoingMessage, now: Timestamp) throws(PortError) {
        let group = QueueKey.bytes(group: outgoing.group)
        guard try !wasSeen(outgoing, group: group, now: now) else { return }
        let remember = try connection.statement(
            "INSERT OR REPLACE INTO deduplications (queue_group, id, first_at) VALUES (?1, ?2, ?3)")
        remember.bind(1, blob: group)
        remember.bind(2, text: outgoing.deduplicationID)
        remember.bind(3, now)
        try remember.run()
        let (kind, body) = StoredMessage.columns(of: outgoing.message, group: outgoing.group)
        let dueAt = try firstOfGroup(group) == nil ? Self.ready : Self.parked
        try insert(group: group, kind: kind, body: body, sentAt: now, dueAt: dueAt)
    }

    private func wasSeen(
        _ outgoing: OutgoingMessage, group: [UInt8], now: Timestamp
    ) throws(PortError) -> Bool {
        let find = try connection.statement(
            "SELECT first_at FROM deduplications WHERE queue_group = ?1 AND id = ?2")
        find.bind(1, blob: group)
        find.bind(2, text: outgoing.deduplicationID)
        if let firstAt = try find.firstNumber(), isRecent(Timestamp(msSinceEpoch: firstAt), now) {
            return true
        }
        guard outgoing.deduplicationID == outgoing.group, let intent = try? IntentID(outgoing.group),
            let queuedAt = try LedgerTables(connection: connection).row(of: intent)?.queuedAt
        else { return false }
        return isRecent(queuedAt, now)
    }

    private func isRecent(_ moment: Timestamp, _ now: Timestamp) -> Bool {
        now.ms(since: moment) < Self.deduplicationWindowMs
    }

    func hasOldDeduplications(now: Timestamp) throws(PortError) -> Bool {
        let look = try connection.statement("SELECT 1 FROM deduplications WHERE first_at <= ?1 LIMIT 1")
        look.bind(1, now.adding(ms: -Self.deduplicationWindowMs))
        return try look.firstNumber() != nil
    }

    func forgetOldDeduplications(now: Timestamp) throws(PortError) {
        let delete = try connection.statement(
            """
            DELETE FROM deduplications WHERE (queue_group, id) IN (
                SELECT queue_group, id FROM deduplications WHERE first_at <= ?1 LIMIT ?2)
            """)
        delete.bind(1, now.adding(ms: -Self.deduplicationWindowMs))
        delete.bind(2, Self.maxForgotten)
        try delete.run()
    }

    private func insert(
        group: [UInt8], kind: StoredMessage.Kind, body: String?, sentAt: Timestamp, dueAt: Int64
    ) throws(PortError) {
        let insert = try connection.statement(
            """
            INSERT INTO messages (queue_group, kind, body, sent_at, due_at, no)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """)
        insert.bind(1, blob: group)
        insert.bind(2, kind.rawValue)
        insert.bind(3, text: body)
        insert.bind(4, sentAt)
        insert.bind(5, dueAt)
        insert.bind(6, try connection.nextMessageNo())
        try insert.run()
    }

    // MARK: Receiving

    /// Whether a receive would find something, as far as one look tells.
    func mayReceive(now: Timestamp) throws(PortError) -> Bool {
        let look = try connection.statement("SELECT 1 FROM messages WHERE due_at <= ?1 LIMIT 1")
        look.bind(1, now)
        return try look.firstNumber() != nil
    }

    func receive(
        max: Int, now: Timestamp, visibilityMs: Int, maxReceiveCount: Int
    ) throws(PortError) -> [ReceivedMessage] {
        try promoteDue(now: now, maxReceiveCount: maxReceiveCount)
        let heads = try messages(
            try connection.statement(
                """
                SELECT no, queue_group, kind, body, sent_at, due_at, receive_count FROM messages
                WHERE due_at = 0 ORDER BY no LIMIT ?1
                """)
        ) { $0.bind(1, max) }
        var deliverable = heads
        if try hasParked() {
            for head in heads {
                deliverable.append(contentsOf: try parkedBehind(head, max: max - 1, maxReceiveCount))
            }
            deliverable.sort { $0.no < $1.no }
        }
        let dueAt = now.adding(ms: Int64(visibilityMs))
        var received: [ReceivedMessage] = []
        received.reserveCapacity(min(max, deliverable.count))
        for message in deliverable.prefix(max) {
            let take = try connection.statement(
                "UPDATE messages SET due_at = ?2, receive_count = receive_count + 1 WHERE no = ?1")
            take.bind(1, message.no)
            take.bind(2, dueAt)
            try take.run()
            received.append(message.received(count: message.receiveCount + 1, isDead: false))
        }
        return received
    }

    /// Messages that wait for the head only and may go out with it, in their order.
    private func parkedBehind(
        _ head: StoredMessage, max: Int, _ maxReceiveCount: Int
    ) throws(PortError) -> [StoredMessage] {
        guard max > 0 else { return [] }
        let group = QueueKey.bytes(group: head.group)
        let followers = try messages(
            try connection.statement(
                """
                SELECT no, queue_group, kind, body, sent_at, due_at, receive_count FROM messages
                WHERE queue_group = ?1 AND no > ?2 ORDER BY no LIMIT ?3
                """)
        ) {
            $0.bind(1, blob: group)
            $0.bind(2, head.no)
            $0.bind(3, max)
        }
        var deliverable: [StoredMessage] = []
        for follower in followers {
            guard follower.dueAt == Self.parked else { break }
            if follower.receiveCount >= maxReceiveCount {
                try bury(follower.no)
            } else {
                deliverable.append(follower)
            }
        }
        return deliverable
    }

    /// Brings back what was put off until now, or whose worker has gone. A message dies here, when it would
    /// be received once too often.
    func promoteDue(now: Timestamp, maxReceiveCount: Int) throws(PortError) {
        let due = try messages(
            try connection.statement(
                """
                SELECT no, queue_group, kind, body, sent_at, due_at, receive_count FROM messages
                WHERE due_at > 0 AND due_at <= ?1 ORDER BY due_at, no LIMIT ?2
                """)
        ) {
            $0.bind(1, now)
            $0.bind(2, Self.maxPromotions)
        }
        for message in due {
            let group = QueueKey.bytes(group: message.group)
            if message.receiveCount >= maxReceiveCount {
                try bury(message.no)
                try unparkFirst(of: group)
            } else {
                let isFirst = try firstOfGroup(group)?.no == message.no
                try setDue(message.no, isFirst ? Self.ready : Self.parked)
            }
        }
    }

    // MARK: With a receipt

    /// For the receipts of one batch. Gives for each whether it was good.
    func delete(_ receipts: [StoredReceipt?], now: Timestamp) throws(PortError) -> [Bool] {
        // A delete parks nobody, so what is true before the batch stays true.
        let mayUnpark = try hasParked()
        var results: [Bool] = []
        results.reserveCapacity(receipts.count)
        for receipt in receipts {
            guard let receipt, !receipt.isDead else {
                results.append(false)
                continue
            }
            results.append(
                try mayUnpark ? deleteAndUnpark(receipt, now: now) : deleteAlone(receipt, now: now))
        }
        return results
    }

    /// Nobody waits behind it, nor behind any other message.
    private func deleteAlone(_ receipt: StoredReceipt, now: Timestamp) throws(PortError) -> Bool {
        let delete = try connection.statement(
            "DELETE FROM messages WHERE no = ?1 AND receive_count = ?2 AND due_at > ?3 AND due_at < ?4")
        delete.bind(1, receipt.no)
        delete.bind(2, receipt.count)
        delete.bind(3, now)
        delete.bind(4, Self.parked)
        try delete.run()
        return connection.changedRowCount == 1
    }

    private func deleteAndUnpark(_ receipt: StoredReceipt, now: Timestamp) throws(PortError) -> Bool {
        let delete = try connection.statement(
            """
            DELETE FROM messages
            WHERE no = ?1 AND receive_count = ?2 AND due_at > ?3 AND due_at < ?4 RETURNING queue_group
            """)
        delete.bind(1, receipt.no)
        delete.bind(2, receipt.count)
        delete.bind(3, now)
        delete.bind(4, Self.parked)
        guard try delete.step() else {
            delete.reset()
            return false
        }
        let group = delete.blob(0)
        delete.reset()
        try unparkFirst(of: group)
        return true
    }

    func changeVisibility(
        _ receipt: StoredReceipt?, visibilityMs: Int, now: Timestamp
    ) throws(PortError) -> Bool {
        guard let receipt, !receipt.isDead else { return false }
        let update = try connection.statement(
            """
            UPDATE messages SET due_at = ?5
            WHERE no = ?1 AND receive_count = ?2 AND due_at > ?3 AND due_at < ?4
            """)
        update.bind(1, receipt.no)
        update.bind(2, receipt.count)
        update.bind(3, now)
        update.bind(4, Self.parked)
        update.bind(5, now.adding(ms: Int64(max(0, visibilityMs))))
        try update.run()
        return connection.changedRowCount == 1
    }

    // MARK: Groups

    /// Nearly always no: a group is one intent, and an intent has one message.
    private func hasParked() throws(PortError) -> Bool {
        let look = try connection.statement("SELECT 1 FROM messages WHERE due_at = ?1 LIMIT 1")
        look.bind(1, Self.parked)
        return try look.firstNumber() != nil
    }

    private func firstOfGroup(_ group: [UInt8]) throws(PortError) -> (no: Int64, dueAt: Int64)? {
        let find = try connection.statement(
            "SELECT no, due_at FROM messages WHERE queue_group = ?1 ORDER BY no LIMIT 1")
        find.bind(1, blob: group)
        defer { find.reset() }
        return try find.step() ? (find.number(0), find.number(1)) : nil
    }

    /// Whoever is first now, after an earlier message has gone, need not wait any longer.
    private func unparkFirst(of group: [UInt8]) throws(PortError) {
        guard let first = try firstOfGroup(group), first.dueAt == Self.parked else { return }
        try setDue(first.no, Self.ready)
    }

    private func setDue(_ no: Int64, _ dueAt: Int64) throws(PortError) {
        let update = try connection.statement("UPDATE messages SET due_at = ?2 WHERE no = ?1")
        update.bind(1, no)
        update.bind(2, dueAt)
        try update.run()
    }

    private func messages(
        _ find: Statement, _ bind: (Statement) -> Void
    ) throws(PortError) -> [StoredMessage] {
        bind(find)
        defer { find.reset() }
        var messages: [StoredMessage] = []
        while try find.step() { messages.append(try StoredMessage(find)) }
        return messages
    }
}
