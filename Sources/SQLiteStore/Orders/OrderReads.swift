import Ticketing

/// What is asked of the order book beside the writer.
struct OrderReads {
    let connection: Connection

    func outcome(of attempt: Attempt) throws(PortError) -> Outcome? {
        let find = try connection.statement("SELECT outcome FROM inbox WHERE attempt_key = ?1")
        find.bind(1, blob: OrderKey.bytes(attempt))
        guard let code = try find.firstNumber() else { return nil }
        return try Outcome(storedCode: code)
    }

    func order(_ number: OrderNumber) throws(PortError) -> Order? {
        guard let orderNo = try orderNo(of: number) else { return nil }
        return try order(no: orderNo)
    }

    func order(for intent: IntentID) throws(PortError) -> Order? {
        let find = try connection.statement("SELECT order_no FROM order_intents WHERE intent = ?1")
        find.bind(1, blob: IntentKey.bytes(intent))
        if let orderNo = try find.firstNumber() { return try order(no: orderNo) }
        guard let row = try LedgerTables(connection: connection).row(of: intent) else { return nil }
        let findByAttempt = try connection.statement("SELECT order_no FROM inbox WHERE attempt_key = ?1")
        findByAttempt.bind(1, blob: OrderKey.bytes(row.attempt))
        defer { findByAttempt.reset() }
        guard try findByAttempt.step(), !findByAttempt.isNull(0) else { return nil }
        return try order(no: findByAttempt.number(0))
    }

    /// By number. Both sources are read in that order and merged, a page at a time.
    func orders(
        of event: EventID?, after number: OrderNumber?, limit: Int
    ) throws(PortError) -> [Order] {
        var eventNo: Int64?
        if let event {
            guard let known = try connection.number(of: event) else { return [] }
            eventNo = known
        }
        let find = try connection.statement(
            """
            SELECT attempt_key AS key, inbox.order_no FROM inbox JOIN orders ON orders.no = inbox.order_no
            WHERE attempt_key > ?1 AND (?2 IS NULL OR event_no = ?2)
                AND NOT EXISTS (SELECT 1 FROM order_numbers WHERE order_no = inbox.order_no)
            UNION ALL
            SELECT number, order_no FROM order_numbers JOIN orders ON orders.no = order_no
            WHERE number > ?3 AND (?2 IS NULL OR event_no = ?2)
            ORDER BY key LIMIT ?4
            """)
        let key = number.map { OrderKey.bytes($0) } ?? []
        // Past every attempt whose first ten bytes make this number.
        let lastOfNumber = key.isEmpty ? [] : key + [UInt8](repeating: 0xFF, count: 7)
        find.bind(1, blob: lastOfNumber)
        find.bind(2, eventNo)
        find.bind(3, blob: key)
        find.bind(4, max(0, limit))
        var orderNos: [Int64] = []
        while try find.step() { orderNos.append(find.number(1)) }
        find.reset()
        var orders: [Order] = []
        for orderNo in orderNos { orders.append(try order(no: orderNo)) }
        return orders
    }

    func liveTicketCount(of event: EventID) throws(PortError) -> Int {
        guard let eventNo = try connection.number(of: event) else { return 0 }
        let count = try connection.statement("SELECT count(*) FROM tickets WHERE event_no = ?1")
        count.bind(1, eventNo)
        return Int(try count.firstNumber() ?? 0)
    }

    func oversoldSeatCount(of event: EventID) throws(PortError) -> Int {
        guard let eventNo = try connection.number(of: event) else { return 0 }
        let count = try connection.statement(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM tickets WHERE event_no = ?1 GROUP BY seat HAVING count(*) > 1)
            """)
        count.bind(1, eventNo)
        return Int(try count.firstNumber() ?? 0)
    }

    // MARK: Parts

    private func orderNo(of number: OrderNumber) throws(PortError) -> Int64? {
        let key = OrderKey.bytes(number)
        let findOwn = try connection.statement("SELECT order_no FROM order_numbers WHERE number = ?1")
        findOwn.bind(1, blob: key)
        if let orderNo = try findOwn.firstNumber() { return orderNo }
        let find = try connection.statement(
            """
            SELECT order_no FROM inbox
            WHERE attempt_key >= ?1 AND attempt_key <= ?2 AND order_no IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM order_numbers WHERE order_no = inbox.order_no)
            """)
        find.bind(1, blob: key)
        find.bind(2, blob: key + [UInt8](repeating: 0xFF, count: 7))
        return try find.firstNumber()
    }

    private func order(no: Int64) throws(PortError) -> Order {
        let find = try connection.statement("SELECT body FROM orders WHERE no = ?1")
        find.bind(1, no)
        defer { find.reset() }
        guard try find.step() else { throw PortError(.corrupt, "order \(no) is not where the inbox says") }
        return try OrderBody.decode(find.bytes(0)) { firstNo, count throws(PortError) in
            try tickets(from: firstNo, count: count)
        }
    }

    private func tickets(from firstNo: Int64, count: Int) throws(PortError) -> [Ticket] {
        let find = try connection.statement(
            "SELECT seat, body FROM tickets WHERE no >= ?1 AND no < ?1 + ?2 ORDER BY no")
        find.bind(1, firstNo)
        find.bind(2, count)
        defer { find.reset() }
        var tickets: [Ticket] = []
        while try find.step() {
            tickets.append(try OrderBody.decodeTicket(seat: find.text(0), find.bytes(1)))
        }
        return tickets
    }
}
