import Ticketing

/// What `OrderBook` promises of its one write.
struct OrderTransactions {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    func decide(_ decision: Decision) throws(PortError) -> DecisionResult {
        let key = OrderKey.bytes(decision.attempt)
        let find = try connection.statement("SELECT outcome FROM inbox WHERE attempt_key = ?1")
        find.bind(1, blob: key)
        if let code = try find.firstNumber() { return .alreadyDecided(try Outcome(storedCode: code)) }
        switch decision.verdict {
        case .confirmed(let order):
            let sold = try soldSeats(of: order)
            guard sold.isEmpty else { return .seatsAlreadySold(sold) }
            let orderNo = try insert(order)
            try makeFindable(order, orderNo, decision.attempt)
            try record(key, decision.outcome, orderNo: orderNo, reason: nil)
        case .declined(let reason), .expired(let reason):
            try record(key, decision.outcome, orderNo: nil, reason: reason)
        }
        return .recorded
    }

    private func soldSeats(of order: Order) throws(PortError) -> [SeatID] {
        guard let eventNo = try connection.number(of: order.event) else { return [] }
        var sold: [SeatID] = []
        for ticket in order.tickets {
            let find = try connection.statement("SELECT 1 FROM tickets WHERE event_no = ?1 AND seat = ?2")
            find.bind(1, eventNo)
            find.bind(2, text: ticket.seat.text)
            if try find.firstNumber() != nil { sold.append(ticket.seat) }
        }
        return sold
    }

    /// The tickets of an order have numbers in a row: one writer at a time gives them.
    private func insert(_ order: Order) throws(PortError) -> Int64 {
        let eventNo = try connection.numberMaking(order.event)
        let orderNo = try nextNumber("SELECT max(no) FROM orders")
        let firstTicketNo = try nextNumber("SELECT max(no) FROM tickets")
        for (index, ticket) in order.tickets.enumerated() {
            let insert = try connection.statement(
                "INSERT INTO tickets (no, event_no, seat, order_no, body) VALUES (?1, ?2, ?3, ?4, ?5)")
            insert.bind(1, firstTicketNo + Int64(index))
            insert.bind(2, eventNo)
            insert.bind(3, text: ticket.seat.text)
            insert.bind(4, orderNo)
            insert.bind(5, blob: OrderBody.encode(ticket))
            try insert.run()
        }
        let insert = try connection.statement("INSERT INTO orders (no, event_no, body) VALUES (?1, ?2, ?3)")
        insert.bind(1, orderNo)
        insert.bind(2, eventNo)
        insert.bind(3, blob: OrderBody.encode(order, firstTicketNo: firstTicketNo))
        try insert.run()
        return orderNo
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

    private func record(
        _ key: [UInt8], _ outcome: Outcome, orderNo: Int64?, reason: String?
    ) throws(PortError) {
        let insert = try connection.statement(
            "INSERT INTO inbox (attempt_key, outcome, order_no, reason) VALUES (?1, ?2, ?3, ?4)")
        insert.bind(1, blob: key)
        insert.bind(2, outcome.storedCode)
        insert.bind(3, orderNo)
        insert.bind(4, text: reason)
        try insert.run()
    }

    private func nextNumber(_ newest: StaticString) throws(PortError) -> Int64 {
        (try connection.statement(newest).firstNumber() ?? 0) + 1
    }
}
