import Ticketing

/// An order book whose calls are seen in traces. A batch of decisions stands in the trace of the message that
/// completed it.
struct TracedOrderBook: OrderBook {
    let base: any OrderBook

    func decide(_ decisions: [Decision]) async throws(PortError) -> [DecisionResult] {
        try await traced("orders", "decide") { () async throws(PortError) in try await base.decide(decisions)
        }
    }

    func outcome(of attempt: Attempt) async throws(PortError) -> Outcome? {
        try await traced("orders", "outcome") { () async throws(PortError) in
            try await base.outcome(of: attempt)
        }
    }

    func order(_ number: OrderNumber) async throws(PortError) -> Order? {
        try await traced("orders", "order") { () async throws(PortError) in try await base.order(number) }
    }

    func order(for intent: IntentID) async throws(PortError) -> Order? {
        try await traced("orders", "orderForIntent") { () async throws(PortError) in
            try await base.order(for: intent)
        }
    }

    func orders(
        of event: EventID?, after number: OrderNumber?, limit: Int
    ) async throws(PortError) -> [Order] {
        try await traced("orders", "orders") { () async throws(PortError) in
            try await base.orders(of: event, after: number, limit: limit)
        }
    }

    func liveTicketCount(of event: EventID) async throws(PortError) -> Int {
        try await traced("orders", "liveTicketCount") { () async throws(PortError) in
            try await base.liveTicketCount(of: event)
        }
    }

    func oversoldSeatCount(of event: EventID) async throws(PortError) -> Int {
        try await traced("orders", "oversoldSeatCount") { () async throws(PortError) in
            try await base.oversoldSeatCount(of: event)
        }
    }
}
