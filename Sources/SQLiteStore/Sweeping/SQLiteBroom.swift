import Ticketing

/// The broom of the embedded store, whether its ports share one file or not.
package struct SQLiteBroom: Broom {
    private let ledger: SQLiteStore
    private let orders: SQLiteStore
    private let queue: SQLiteStore

    /// The files of the ledger, of the order book with its dead letters, and of the queue.
    package init(ledger: SQLiteStore, orders: SQLiteStore, queue: SQLiteStore) {
        self.ledger = ledger
        self.orders = orders
        self.queue = queue
    }

    package func sweep(endedBefore moment: Timestamp, limit: Int) async throws(PortError) -> Int {
        try await forgetDeduplications()
        let ended = try await ledger.read { connection throws(PortError) in
            try SweepTransactions(connection).ended(before: moment, limit: limit)
        }
        guard !ended.isEmpty else { return 0 }
        // First what hangs on the intents: without them nobody would find it again.
        try await orders.write { connection throws(PortError) in
            let sweeping = SweepTransactions(connection)
            for intent in ended { try sweeping.removeTraces(of: intent) }
        }
        return try await ledger.write { connection throws(PortError) in
            let sweeping = SweepTransactions(connection)
            var removed = 0
            for intent in ended where try sweeping.remove(intent) { removed += 1 }
            return removed
        }
    }

    /// Each send clears away more than it adds; this is for a queue to which nobody sends any more.
    private func forgetDeduplications() async throws(PortError) {
        let now = queue.clock.now()
        let hasOld = try await queue.read { connection throws(PortError) in
            try QueueTransactions(connection).hasOldDeduplications(now: now)
        }
        guard hasOld else { return }
        try await queue.write { connection throws(PortError) in
            try QueueTransactions(connection).forgetOldDeduplications(now: now)
        }
    }
}
