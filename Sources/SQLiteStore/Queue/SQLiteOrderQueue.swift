import Ticketing

/// The order queue of the embedded store.
package struct SQLiteOrderQueue: OrderQueue {
    /// A batch is one request to the writer; this many stay well below a group's time.
    package let maxBatch = 100
    private let store: SQLiteStore

    package init(_ store: SQLiteStore) {
        self.store = store
    }

    package var maxReceiveCount: Int { store.settings.maxReceiveCount }

    package func send(_ messages: [OutgoingMessage]) async throws(PortError) -> [EntryResult] {
        guard try !isEmptyBatch(messages.count) else { return [] }
        let clock = store.clock
        return try await store.write(isUrgent: true) { connection throws(PortError) in
            let queue = QueueTransactions(connection)
            let now = clock.now()
            try queue.forgetOldDeduplications(now: now)
            for message in messages { try queue.send(message, now: now) }
            return messages.map { _ in .done }
        }
    }

    package func receive(
        max: Int, waitMs: Int, visibilityMs: Int
    ) async throws(PortError) -> [ReceivedMessage] {
        let limit = Swift.min(max, maxBatch)
        guard limit > 0 else { return [] }
        let clock = store.clock
        let maxReceiveCount = maxReceiveCount
        return try await store.write(waitingMs: waitMs, whenLate: []) { connection throws(PortError) in
            try QueueTransactions(connection).mayReceive(now: clock.now())
        } _: { connection throws(PortError) in
            let received = try QueueTransactions(connection).receive(
                max: limit, now: clock.now(), visibilityMs: visibilityMs, maxReceiveCount: maxReceiveCount)
            return received.isEmpty ? nil : received
        }
    }

    package func delete(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        guard try !isEmptyBatch(receipts.count) else { return [] }
        let clock = store.clock
        return try await store.write { connection throws(PortError) in
            let results = try QueueTransactions(connection).delete(
                receipts.map { StoredReceipt($0) }, now: clock.now())
            return results.map { $0 ? .done : .stale }
        }
    }

    package func changeVisibility(_ changes: [VisibilityChange]) async throws(PortError) -> [EntryResult] {
        guard try !isEmptyBatch(changes.count) else { return [] }
        let clock = store.clock
        return try await store.write { connection throws(PortError) in
            let queue = QueueTransactions(connection)
            let now = clock.now()
            var results: [EntryResult] = []
            for change in changes {
                let isGood = try queue.changeVisibility(
                    StoredReceipt(change.receipt), visibilityMs: change.visibilityMs, now: now)
                results.append(isGood ? .done : .stale)
            }
            return results
        }
    }

    package func stats() async throws(PortError) -> QueueStats {
        let clock = store.clock
        return try await store.read { connection throws(PortError) in
            try QueueReads(connection: connection).stats(now: clock.now())
        }
    }

    package func takeDead(max: Int, visibilityMs: Int) async throws(PortError) -> [ReceivedMessage] {
        let clock = store.clock
        let maxReceiveCount = maxReceiveCount
        return try await store.write { connection throws(PortError) in
            try QueueTransactions(connection).takeDead(
                max: max, now: clock.now(), visibilityMs: visibilityMs, maxReceiveCount: maxReceiveCount)
        }
    }

    package func deleteDead(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        guard try !isEmptyBatch(receipts.count) else { return [] }
        let clock = store.clock
        return try await store.write { connection throws(PortError) in
            let queue = QueueTransactions(connection)
            let now = clock.now()
            var results: [EntryResult] = []
            for receipt in receipts {
                let isGood = try queue.deleteDead(StoredReceipt(receipt), now: now)
                results.append(isGood ? .done : .stale)
            }
            return results
        }
    }

    private func isEmptyBatch(_ count: Int) throws(PortError) -> Bool {
        guard count <= maxBatch else {
            throw PortError(.rejected, "a batch may have \(maxBatch) entries and this one has \(count)")
        }
        return count == 0
    }
}
