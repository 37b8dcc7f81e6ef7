import Ticketing

/// What `OrderBook` promises of its one write.
///
/// Here the unique keys are asked by writing: a row that does not go in is told from one that does, and takes
/// nothing with it. Looking first would be a second way down the same tree.
struct OrderTransactions {
    let connection: Connection
    private var nextOrderNo: Int64
    private var nextTicketNo: Int64

    /// For decisions of one transaction: numbers are given here, one after the other.
    init(_ connection: Connection) throws(PortError) {
        self.connection = connection
        nextOrderNo = (try connection.statement("SELECT max(no) FROM orders").firstNumber() ?? 0) + 1
        nextTicketNo = (try connection.statement("SELECT max(no) FROM tickets").firstNumber() ?? 0) + 1
    }

    mutating func decide(_ decision: Decision) throws(PortError) -> DecisionResult {
        let key = OrderKey.bytes(decision.attempt)
        switch decision.verdict {
        case .confirmed(let order):
            guard try record(key, decision.outcome, orderNo: nextOrderNo, reason: nil) else {
                return .alreadyDecided(try outcome(key))
            }
            let sold = try insertTickets(of: order)
            guard sold.isEmpty else {
                try forget(key, ticketsOf: order)
                return .seatsAlreadySold(sold)
            }
            try insert(order, decision.attempt)
        case .declined(let reason), .expired(let reason):
            guard try record(key, decision.outcome, orderNo: nil, reason: reason) else {
                return .alreadyDecided(try outcome(key))
            }
        }
        return .recorded
    }

    /// False when the attempt has been decided before.
    private func record(
        _ key: [UInt8], _ outcome: Outcome, orderNo: Int64?, reason: String?
    ) throws(PortError) -> Bool {
        let insert = try connection.statement(
            """
            INSERT INTO inbox (attempt_key, outcome, order_no, reason) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (attempt_key) DO NOTHING
            """)
        insert.bind(1, blob: key)
        insert.bind(2, outcome.storedCode)
        insert.bind(3, orderNo)
        insert.bind(4, text: reason)
        try insert.run()
        return connection.changedRowCount == 1
    }

    private func outcome(_ key: [UInt8]) throws(PortError) -> Outcome {
        let find = try connection.statement("SELECT outcome FROM inbox WHERE attempt_key = ?1")
        find.bind(1, blob: key)
        guard let code = try find.firstNumber() else {
            throw PortError(.failed, "a decision was lost inside its transaction")
        }
        return try Outcome(storedCode: code)
    }

    /// Gives the seats that have a live ticket already; theirs did not go in. The tickets of an order have
    /// numbers in a row.
    private func insertTickets(of order: Order) throws(PortError) -> [SeatID] {
        let eventNo = try connection.numberMaking(order.event)
        var sold: [SeatID] = []
        for (index, ticket) in order.tickets.enumerated() {
            let insert = try connection.statement(
                """
                INSERT INTO tickets (no, event_no, seat, order_no, body) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (event_no, seat) DO NOTHING
                """)
            insert.bind(1, nextTicketNo + Int64(index))
            insert.bind(2, eventNo)
            insert.bind(3, text: ticket.seat.text)
            insert.bind(4, nextOrderNo)
            insert.bind(5, blob: OrderBody.encode(ticket))
            try insert.run()
            if connection.changedRowCount == 0 { sold.append(ticket.seat) }
        }
        return sold
    }

    /// Takes back what a decision that cannot stand has written.
    private func forget(_ key: [UInt8], ticketsOf order: Order) throws(PortError) {
        let deleteTickets = try connection.statement("DELETE FROM tickets WHERE no >= ?1 AND no < ?1 + ?2")
        deleteTickets.bind(1, nextTicketNo)
        deleteTickets.bind(2, order.tickets.count)
        try deleteTickets.run()
        let deleteDecision = try connection.statement("DELETE FROM inbox WHERE attempt_key = ?1")
        deleteDecision.bind(1, blob: key)
        try deleteDecision.run()
    }

    private mutating func insert(_ order: Order, _ attempt: Attempt) throws(PortError) {
        let insert = try connection.statement("INSERT INTO orders (no, event_no, body) VALUES (?1, ?2, ?3)")
        insert.bind(1, nextOrderNo)
        insert.bind(2, try connection.numberMaking(order.event))
        insert.bind(3, blob: OrderBody.encode(order, firstTicketNo: nextTicketNo))
        try insert.run()
        try makeFindable(order, nextOrderNo, attempt)
        nextOrderNo += 1
        nextTicketNo += Int64(order.tickets.count)
    }

    /// Orders are found by number through the attempt it derives from, and by intent through the intent's
    /// row in this file. Where either does not hold, as when the ledger is another store, the order gets a
    /// row of its own for it.
    private func makeFindable(_ order: Order, _ orderNo: Int64, _ attempt: Attempt) throws(PortError) {
        if order.number != OrderNumber(derivedFrom: attempt) {
            let insert = try connection.statement(
                "INSERT INTO order_numbers (number, order_no) VALUES (?1, ?2)")
            insert.bind(1, blob: OrderKey.bytes(order.number))
            insert.bind(2, orderNo)
            try insert.run()
        }
        guard try LedgerTables(connection: connection).row(of: order.intent)?.attempt != attempt else {
            return
        }
        let insert = try connection.statement(
            "INSERT OR REPLACE INTO order_intents (intent, order_no) VALUES (?1, ?2)")
        insert.bind(1, blob: IntentKey.bytes(order.intent))
        insert.bind(2, orderNo)
        try insert.run()
    }
}
