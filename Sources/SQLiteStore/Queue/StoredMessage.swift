import Ticketing

/// A row of the queue.
struct StoredMessage {
    /// What a message is, in the column `kind`.
    enum Kind: Int64 {
        /// The intent whose id is the group: nothing else is stored.
        case intentOfGroup = 0
        case intent = 1
        case probe = 2
        case unreadable = 3
    }

    let no: Int64
    let group: String
    let message: OrderMessage
    let sentAt: Timestamp
    let dueAt: Int64
    let receiveCount: Int

    /// Columns: no, queue_group, kind, body, sent_at, due_at, receive_count.
    init(_ row: Statement) throws(PortError) {
        no = row.number(0)
        group = try QueueKey.group(row.bytes(1))
        sentAt = row.moment(4)
        dueAt = row.number(5)
        receiveCount = Int(row.number(6))
        do {
            switch Kind(rawValue: row.number(2)) {
            case .intentOfGroup: message = .intent(try IntentID(group))
            case .intent: message = .intent(try IntentID(row.text(3)))
            case .probe: message = .probe(row.text(3))
            case .unreadable: message = .unreadable(row.text(3))
            case nil: throw InvalidValue(.unknown, field: "kind", message: "must be a known kind")
            }
        } catch {
            throw PortError(.corrupt, "message \(row.number(0)) does not make sense", cause: error)
        }
    }

    static func columns(of message: OrderMessage, group: String) -> (kind: Kind, body: String?) {
        switch message {
        case .intent(let id): id.text == group ? (.intentOfGroup, nil) : (.intent, id.text)
        case .probe(let text): (.probe, text)
        case .unreadable(let text): (.unreadable, text)
        }
    }
}

/// A receipt names the message and which receive of it. Numbers never come back, so no two receives have the
/// same.
struct StoredReceipt {
    let no: Int64
    let count: Int64
    let isDead: Bool

    init(no: Int64, count: Int, isDead: Bool) {
        self.no = no
        self.count = Int64(count)
        self.isDead = isDead
    }

    /// Nil for what this queue has never handed out.
    init?(_ handle: ReceiptHandle) {
        var text = handle.text[...]
        isDead = text.hasPrefix("d")
        if isDead { text = text.dropFirst() }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let no = Int64(parts[0]), let count = Int64(parts[1]) else { return nil }
        self.no = no
        self.count = count
    }

    var handle: ReceiptHandle { ReceiptHandle("\(isDead ? "d" : "")\(no).\(count)") }
}
