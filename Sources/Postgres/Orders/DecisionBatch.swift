import Ticketing

/// Decisions on their way through the database: which go into the next transaction, and what became of each.
///
/// Usually all go into one. Two decisions of one attempt, or of one seat, answer to each other, so the later one
/// waits for a transaction of its own.
struct DecisionBatch {
    /// What the database said of a transaction that a sold seat made fail.
    struct Facts {
        var outcomes: [Attempt: Outcome] = [:]
        var soldSeats: Set<EventSeat> = []
    }

    struct EventSeat: Hashable {
        let event: EventID
        let seat: SeatID
    }

    private let decisions: [Decision]
    private var results: [DecisionResult?]
    private var pending: [Int]
    /// In the transaction under way.
    private(set) var round: [Int] = []
    private(set) var hasRecorded = false

    init(_ decisions: [Decision]) {
        self.decisions = decisions
        results = Array(repeating: nil, count: decisions.count)
        pending = Array(decisions.indices)
    }

    /// The decisions of the next transaction; empty when every one has its result.
    mutating func next() -> [Decision] {
        round = []
        var attempts: Set<Attempt> = []
        var seats: Set<EventSeat> = []
        attempts.reserveCapacity(pending.count)
        seats.reserveCapacity(pending.count)
        var later: [Int] = []
        for index in pending {
            let isFirst = attempts.insert(decisions[index].attempt).inserted
            var isFree = true
            for seat in decisions[index].eventSeats where !seats.insert(seat).inserted { isFree = false }
            if isFirst, isFree { round.append(index) } else { later.append(index) }
        }
        pending = later
        return round.map { decisions[$0] }
    }

    /// Attempts of the transaction that the inbox did not take, because it has them.
    func unrecorded(_ recorded: Set<Attempt>) -> [Attempt] {
        round.map { decisions[$0].attempt }.filter { !recorded.contains($0) }
    }

    /// The transaction is committed. False when an attempt was neither recorded nor is there.
    mutating func committed(_ recorded: Set<Attempt>, earlier: [Attempt: Outcome]) -> Bool {
        for index in round {
            let attempt = decisions[index].attempt
            if recorded.contains(attempt) {
                results[index] = .recorded
                hasRecorded = true
            } else if let outcome = earlier[attempt] {
                results[index] = .alreadyDecided(outcome)
            } else {
                return false
            }
        }
        return true
    }

    /// The transaction failed whole at a sold seat. Decisions that the facts settle are taken out of it; the
    /// others go again. False when the facts settle none.
    mutating func refused(_ facts: Facts) -> Bool {
        var again: [Int] = []
        for index in round {
            let decision = decisions[index]
            let sold = decision.eventSeats.filter { facts.soldSeats.contains($0) }
            if let outcome = facts.outcomes[decision.attempt] {
                results[index] = .alreadyDecided(outcome)
            } else if !sold.isEmpty {
                results[index] = .seatsAlreadySold(sold.map(\.seat))
            } else {
                again.append(index)
            }
        }
        let hasSettled = again.count < round.count
        pending = (again + pending).sorted()
        return hasSettled
    }

    /// In the order of the decisions, once `next` is empty.
    var answers: [DecisionResult] { results.compactMap(\.self) }
}

extension Decision {
    var eventSeats: [DecisionBatch.EventSeat] {
        guard case .confirmed(let order) = verdict else { return [] }
        return order.tickets.map { DecisionBatch.EventSeat(event: order.event, seat: $0.seat) }
    }
}
