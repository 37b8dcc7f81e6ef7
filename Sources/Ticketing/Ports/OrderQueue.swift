/// The way from the desk to the workers: first in, first out within a group, delivered at least once.
///
/// Whoever works on a message has it for its visibility, then another worker gets it. So a message is
/// deleted only when everything it asks for is durable, and everything it asks for may be asked twice.
package protocol OrderQueue: Sendable {
    /// How many entries a batch may have: 10 for SQS. A longer one is thrown back as `rejected`.
    var maxBatch: Int { get }

    /// How often a message may be received before it is dead: a high backstop, since the workers' own count
    /// of failures ends earlier.
    var maxReceiveCount: Int { get }

    /// Durable when it says `done`, in the order given within a group. A message whose deduplication id its
    /// group saw within the last five minutes is `done` and dropped.
    func send(_ messages: [OutgoingMessage]) async throws(PortError) -> [EntryResult]

    /// At most `max` messages, oldest first, each invisible to others for `visibilityMs` from now. Empty
    /// when none came within `waitMs`.
    ///
    /// A message is not delivered while an earlier one of its group is still in the queue, in flight or put
    /// off, unless both come in the same batch: then in their order.
    func receive(
        max: Int, waitMs: Int, visibilityMs: Int
    ) async throws(PortError) -> [ReceivedMessage]

    /// Precondition of each entry: the receipt is good; else it is `stale`. Results stand in the order given.
    func delete(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult]

    /// Extends (long work), puts off (a retry's backoff) or releases (0: not started, shutting down).
    ///
    /// Precondition of each entry: the receipt is good; else it is `stale`. Results stand in the order
    /// given. The receipt stays good until the new visibility ends.
    func changeVisibility(_ changes: [VisibilityChange]) async throws(PortError) -> [EntryResult]

    /// A moment old at most.
    func stats() async throws(PortError) -> QueueStats

    /// Messages that were received `maxReceiveCount` times without an end, for the worker to move into
    /// `DeadLetters`, the operators' one list. They are invisible for `visibilityMs` to the next who takes;
    /// none is ever given to `receive` again.
    func takeDead(max: Int, visibilityMs: Int) async throws(PortError) -> [ReceivedMessage]

    /// Precondition of each entry: a good receipt from `takeDead`; else it is `stale`.
    func deleteDead(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult]
}

extension OrderQueue {
    package func extend(_ receipts: [ReceiptHandle], byMs: Int) async throws(PortError) -> [EntryResult] {
        try await changeVisibility(receipts.map { VisibilityChange(receipt: $0, visibilityMs: byMs) })
    }

    package func release(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        try await changeVisibility(receipts.map { VisibilityChange(receipt: $0, visibilityMs: 0) })
    }
}
