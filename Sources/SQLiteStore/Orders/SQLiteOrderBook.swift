import Ticketing

/// The order book of the embedded store.
package struct SQLiteOrderBook: OrderBook {
    /// A longer batch would keep the other writers waiting for longer than a group may take.
    private static let maxDecisions = 1_000
    private let store: SQLiteStore

    package init(_ store: SQLiteStore) {
        self.store = store
    }

    package func decide(_ decisions: [Decision]) async throws(PortError) -> [DecisionResult] {
        guard !decisions.isEmpty else { return [] }
        guard decisions.count <= Self.maxDecisions else {
            throw PortError(.rejected, "a batch may have \(Self.maxDecisions) decisions")
        }
        return try await store.write { connection throws(PortError) in
            var transactions = try OrderTransactions(connection)
            var results: [DecisionResult] = []
            results.reserveCapacity(decisions.count)
            for decision in decisions { results.append(try transactions.decide(decision)) }
            return results
        }
    }

    package func outcome(of attempt: Attempt) async throws(PortError) -> Outcome? {
        try await store.read { connection throws(PortError) in
            try OrderReads(connection: connection).outcome(of: attempt)
        }
    }

    package func order(_ number: OrderNumber) async throws(PortError) -> Order? {
        try await store.read { connection throws(PortError) in
            try OrderReads(connection: connection).order(number)
        }
    }

    package func order(for intent: IntentID) async throws(PortError) -> Order? {
        try await store.read { connection throws(PortError) in
            try OrderReads(connection: connection).order(for: intent)
        }
    }

    package func orders(
        of event: EventID?, after number: OrderNumber?, limit: Int
    ) async throws(PortError) -> [Order] {
        try await store.read { connection throws(PortError) in
            try OrderReads(connection: connection).orders(of: event, after: number, limit: limit)
        }
    }

    package func liveTicketCount(of event: EventID) async throws(PortError) -> Int {
        try await store.read { connection throws(PortError) in
            try OrderReads(connection: connection).liveTicketCount(of: event)
        }
    }

    package func oversoldSeatCount(of event: EventID) async throws(PortError) -> Int {
        try await store.read { connection throws(PortError) in
            try OrderReads(connection: connection).oversoldSeatCount(of: event)
        }
    }
}
