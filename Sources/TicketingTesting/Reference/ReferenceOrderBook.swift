import Ticketing

/// The order book in memory.
package final class ReferenceOrderBook: OrderBook {
    fileprivate struct TicketedSeat: Hashable {
        let event: EventID
        let seat: SeatID
    }

    fileprivate struct State {
        var inbox: [Attempt: Outcome] = [:]
        var orders: [OrderNumber: Order] = [:]
        var ticketedSeats: Set<TicketedSeat> = []
    }

    private let state = SharedState(State())

    package init() {}

    package func decide(_ decisions: [Decision]) async throws(PortError) -> [DecisionResult] {
        state.withLock { state in decisions.map { state.decide($0) } }
    }

    package func outcome(of attempt: Attempt) async throws(PortError) -> Outcome? {
        state.withLock { $0.inbox[attempt] }
    }

    package func order(_ number: OrderNumber) async throws(PortError) -> Order? {
        state.withLock { $0.orders[number] }
    }

    package func order(for intent: IntentID) async throws(PortError) -> Order? {
        state.withLock { state in state.orders.values.first { $0.intent == intent } }
    }

    package func orders(
        of event: EventID?, after number: OrderNumber?, limit: Int
    ) async throws(PortError) -> [Order] {
        state.withLock { state in
            let matching = state.orders.values.filter { order in
                (event == nil || order.event == event) && (number.map { $0 < order.number } ?? true)
            }
            return Array(matching.sorted { $0.number < $1.number }.prefix(limit))
        }
    }

    package func liveTicketCount(of event: EventID) async throws(PortError) -> Int {
        tickets(of: event).count
    }

    package func oversoldSeatCount(of event: EventID) async throws(PortError) -> Int {
        Dictionary(grouping: tickets(of: event), by: \.seat).values.count { $0.count > 1 }
    }

    private func tickets(of event: EventID) -> [Ticket] {
        state.withLock { state in state.orders.values.filter { $0.event == event }.flatMap(\.tickets) }
    }
}

extension ReferenceOrderBook.State {
    fileprivate mutating func decide(_ decision: Decision) -> DecisionResult {
        if let earlier = inbox[decision.attempt] { return .alreadyDecided(earlier) }
        if case .confirmed(let order) = decision.verdict {
            let seats = order.tickets.map {
                ReferenceOrderBook.TicketedSeat(event: order.event, seat: $0.seat)
            }
            let taken = seats.filter { ticketedSeats.contains($0) }
            guard taken.isEmpty else { return .seatsAlreadySold(taken.map(\.seat)) }
            ticketedSeats.formUnion(seats)
            orders[order.number] = order
        }
        inbox[decision.attempt] = decision.outcome
        return .recorded
    }
}
