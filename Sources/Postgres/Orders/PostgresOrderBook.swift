import Ticketing

/// The order book in PostgreSQL. It may be called from any loop.
package struct PostgresOrderBook: OrderBook {
    private let calls: PortCalls
    private var pool: PostgresPool { calls.pool }

    /// Beyond some hundred rows a longer statement is no cheaper by the row, and its locks last longer.
    private static let maxDecisions = 1_000
    /// Refusals in a row that nothing explains: somebody else's transaction was rolled back each time, or the
    /// database contradicts itself.
    private static let maxUnexplained = 3

    package init(pool: PostgresPool) { calls = PortCalls(pool: pool) }

    package func decide(_ decisions: [Decision]) async throws(PortError) -> [DecisionResult] {
        guard decisions.count <= Self.maxDecisions else {
            throw PortError(.rejected, "a batch may have \(Self.maxDecisions) decisions")
        }
        var batch = DecisionBatch(decisions)
        let deadline = pool.deadline()
        do throws(PortError) {
            var unexplained = 0
            while true {
                let round = batch.next()
                guard !round.isEmpty else { return batch.answers }
                if let recorded = try await write(round, deadline) {
                    try await conclude(&batch, recorded, deadline)
                } else if !batch.refused(try await facts(of: round, deadline)) {
                    unexplained += 1
                    guard unexplained < Self.maxUnexplained else {
                        throw PortError(.conflict, "a seat is sold and is not, when it is looked for")
                    }
                }
            }
        } catch {
            // Some stand already: only asking again tells which.
            guard batch.hasRecorded, error.code != .unknownOutcome else { throw error }
            throw PortError(.unknownOutcome, "a part of the batch is decided", cause: error)
        }
    }

    /// The attempts that the inbox took, or nil when a sold seat kept all of them out.
    private func write(
        _ decisions: [Decision], _ deadline: PostgresPool.Deadline
    ) async throws(PortError) -> Set<Attempt>? {
        let statement = DecisionStatement.make(decisions)
        return try await calls.writing("the decisions", within: deadline) {
            deadline async throws(PostgresFailure) in
            do throws(PostgresFailure) {
                let rows = try await pool.ask([statement], within: deadline)[0]
                var recorded: Set<Attempt> = []
                recorded.reserveCapacity(rows.count)
                do throws(PostgresFailure) {
                    for row in 0..<rows.count { recorded.insert(try rows.attempt(row, 0)) }
                } catch {
                    // It was committed; only its answer cannot be read.
                    throw error.havingMaybeTakenEffect(true)
                }
                return recorded
            } catch {
                guard error.sqlState == .uniqueViolation, error.constraint == "one_live_ticket_a_seat" else {
                    throw error
                }
                return nil
            }
        }
    }

    /// After the commit: what was not recorded had been decided, and the inbox says how.
    private func conclude(
        _ batch: inout DecisionBatch, _ recorded: Set<Attempt>, _ deadline: PostgresPool.Deadline
    ) async throws(PortError) {
        let unrecorded = batch.unrecorded(recorded)
        // Noted first: if the look into the inbox fails, these are decided all the same.
        if unrecorded.isEmpty {
            _ = batch.committed(recorded, earlier: [:])
            return
        }
        let earlier: [Attempt: Outcome]
        do throws(PortError) {
            earlier = try await calls.reading("the inbox", within: deadline) {
                deadline async throws(PostgresFailure) in
                try InboxRows.decode(
                    try await pool.ask([InboxRows.statement(unrecorded)], within: deadline)[0])
            }
        } catch {
            guard !recorded.isEmpty else { throw error }
            throw PortError(
                .unknownOutcome, "the batch is decided, and the inbox does not say how", cause: error)
        }
        guard batch.committed(recorded, earlier: earlier) else {
            throw PortError(
                .unknownOutcome, "an attempt was neither recorded nor is it in the inbox")
        }
    }

    /// Why a transaction was refused. Rows of the inbox and live tickets never go away, so what is found here stays
    /// true.
    private func facts(
        of decisions: [Decision], _ deadline: PostgresPool.Deadline
    ) async throws(PortError) -> DecisionBatch.Facts {
        let seats = decisions.flatMap(\.eventSeats)
        let attempts = decisions.map(\.attempt)
        return try await calls.reading("the sold seats", within: deadline) {
            deadline async throws(PostgresFailure) in
            let rows = try await pool.ask(
                [InboxRows.statement(attempts), SoldSeatRows.statement(seats)], within: deadline)
            return DecisionBatch.Facts(
                outcomes: try InboxRows.decode(rows[0]), soldSeats: try SoldSeatRows.decode(rows[1]))
        }
    }

    // MARK: Reading

    package func outcome(of attempt: Attempt) async throws(PortError) -> Outcome? {
        try await calls.reading("the inbox") { deadline async throws(PostgresFailure) in
            try InboxRows.decode(
                try await pool.ask([InboxRows.statement([attempt])], within: deadline)[0])[attempt]
        }
    }

    package func order(_ number: OrderNumber) async throws(PortError) -> Order? {
        try await orders("\(OrderRows.head) WHERE number = \(number.text) \(OrderRows.tail)").first
    }

    package func order(for intent: IntentID) async throws(PortError) -> Order? {
        try await orders("\(OrderRows.head) WHERE intent = \(intent.text) \(OrderRows.tail)").first
    }

    package func orders(
        of event: EventID?, after number: OrderNumber?, limit: Int
    ) async throws(PortError) -> [Order] {
        let last = number?.text ?? ""
        let limit = max(0, limit)
        guard let event else {
            return try await orders(
                """
                \(OrderRows.head) WHERE number > \(last) ORDER BY number LIMIT \(limit) \(OrderRows.tail)
                """)
        }
        return try await orders(
            """
            \(OrderRows.head) WHERE number > \(last) AND event_id = \(event.text)
            ORDER BY number LIMIT \(limit) \(OrderRows.tail)
            """)
    }

    private func orders(_ statement: SQLQuery) async throws(PortError) -> [Order] {
        try await calls.reading("the orders") { deadline async throws(PostgresFailure) in
            try OrderRows.decode(try await pool.ask([statement], within: deadline)[0])
        }
    }

    package func liveTicketCount(of event: EventID) async throws(PortError) -> Int {
        try await count("SELECT count(*) FROM tickets WHERE event_id = \(event.text)")
    }

    package func oversoldSeatCount(of event: EventID) async throws(PortError) -> Int {
        try await count(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM tickets WHERE event_id = \(event.text)
                GROUP BY seat_id HAVING count(*) > 1) AS oversold
            """)
    }

    private func count(_ statement: SQLQuery) async throws(PortError) -> Int {
        try await calls.reading("the tickets") { deadline async throws(PostgresFailure) in
            try await pool.ask([statement], within: deadline)[0].int(0, 0)
        }
    }
}
