import Ticketing

/// How attempts were decided.
enum InboxRows {
    static func statement(_ attempts: [Attempt]) -> SQLQuery {
        "SELECT attempt, outcome FROM inbox WHERE attempt = ANY (\(attempts))"
    }

    static func decode(_ rows: ResultRows) throws(PostgresFailure) -> [Attempt: Outcome] {
        var outcomes: [Attempt: Outcome] = [:]
        for row in 0..<rows.count {
            let text = try rows.text(row, 1)
            guard let outcome = Outcome(rawValue: text) else {
                throw PostgresFailure(.nonsense, "the inbox has an unknown outcome")
            }
            outcomes[try rows.attempt(row, 0)] = outcome
        }
        return outcomes
    }
}

/// Which of some seats have a live ticket.
enum SoldSeatRows {
    static func statement(_ seats: [DecisionBatch.EventSeat]) -> SQLQuery {
        let events = seats.map(\.event.text)
        let ids = seats.map(\.seat.text)
        return """
            SELECT tickets.event_id, tickets.seat_id
            FROM tickets JOIN unnest(\(events), \(ids)) AS asked (event_id, seat_id)
                ON tickets.event_id = asked.event_id AND tickets.seat_id = asked.seat_id
            """
    }

    static func decode(_ rows: ResultRows) throws(PostgresFailure) -> Set<DecisionBatch.EventSeat> {
        var seats: Set<DecisionBatch.EventSeat> = []
        for row in 0..<rows.count {
            let event = try rows.text(row, 0)
            let seat = try rows.text(row, 1)
            seats.insert(
                try PortCalls.valid("a ticket") { () throws(InvalidValue) in
                    try DecisionBatch.EventSeat(event: EventID(event), seat: SeatID(seat))
                })
        }
        return seats
    }
}
