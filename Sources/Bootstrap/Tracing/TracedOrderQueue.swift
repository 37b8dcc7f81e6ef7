import Ticketing

/// A queue whose calls are seen in traces. What is sent together stands in the trace of whoever sent it.
struct TracedOrderQueue: OrderQueue {
    let base: any OrderQueue

    var maxBatch: Int { base.maxBatch }
    var maxReceiveCount: Int { base.maxReceiveCount }

    func send(_ messages: [OutgoingMessage]) async throws(PortError) -> [EntryResult] {
        try await traced("queue", "send") { () async throws(PortError) in try await base.send(messages) }
    }

    func receive(max: Int, waitMs: Int, visibilityMs: Int) async throws(PortError) -> [ReceivedMessage] {
        try await traced("queue", "receive") { () async throws(PortError) in
            try await base.receive(max: max, waitMs: waitMs, visibilityMs: visibilityMs)
        }
    }

    func delete(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        try await traced("queue", "delete") { () async throws(PortError) in try await base.delete(receipts) }
    }

    func changeVisibility(_ changes: [VisibilityChange]) async throws(PortError) -> [EntryResult] {
        try await traced("queue", "changeVisibility") { () async throws(PortError) in
            try await base.changeVisibility(changes)
        }
    }

    func stats() async throws(PortError) -> QueueStats {
        try await traced("queue", "stats") { () async throws(PortError) in try await base.stats() }
    }

    func takeDead(max: Int, visibilityMs: Int) async throws(PortError) -> [ReceivedMessage] {
        try await traced("queue", "takeDead") { () async throws(PortError) in
            try await base.takeDead(max: max, visibilityMs: visibilityMs)
        }
    }

    func deleteDead(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        try await traced("queue", "deleteDead") { () async throws(PortError) in
            try await base.deleteDead(receipts)
        }
    }
}
