import Ticketing

/// The order queue in memory, on whatever clock it is handed.
package final class ReferenceQueue: OrderQueue {
    private static let deduplicationWindowMs: Int64 = 300_000
    private static let pollMs = 50

    fileprivate struct Stored {
        let id: String
        let message: OrderMessage
        let group: String
        let sentAt: Timestamp
        var visibleAt: Timestamp
        var receiveCount = 0

        /// Every receive has its own receipt, so an older one is told apart.
        var receipt: ReceiptHandle { ReceiptHandle("\(id).\(receiveCount)") }
    }

    fileprivate struct Deduplication: Hashable {
        let group: String
        let id: String
    }

    fileprivate struct State {
        /// In the order they were sent.
        var messages: [Stored] = []
        var dead: [Stored] = []
        var seenAt: [Deduplication: Timestamp] = [:]
        var lastID = 0
    }

    package let maxBatch: Int
    package let maxReceiveCount: Int
    private let clock: any WallClock
    private let state = SharedState(State())

    package init(clock: any WallClock, maxBatch: Int = 10, maxReceiveCount: Int = 20) {
        self.clock = clock
        self.maxBatch = maxBatch
        self.maxReceiveCount = maxReceiveCount
    }

    package func send(_ messages: [OutgoingMessage]) async throws(PortError) -> [EntryResult] {
        guard messages.count <= maxBatch else { throw PortError(.rejected, "more than \(maxBatch) messages") }
        let now = clock.now()
        state.withLock { state in
            state.seenAt = state.seenAt.filter { now < $0.value.adding(ms: Self.deduplicationWindowMs) }
            for message in messages {
                let deduplication = Deduplication(group: message.group, id: message.deduplicationID)
                guard state.seenAt[deduplication] == nil else { continue }
                state.seenAt[deduplication] = now
                state.lastID += 1
                state.messages.append(
                    Stored(
                        id: "m\(state.lastID)", message: message.message, group: message.group, sentAt: now,
                        visibleAt: now))
            }
        }
        return messages.map { _ in .done }
    }

    package func receive(
        max: Int, waitMs: Int, visibilityMs: Int
    ) async throws(PortError) -> [ReceivedMessage] {
        let deadline = clock.now().adding(ms: Int64(waitMs))
        while true {
            let now = clock.now()
            let received = state.withLock { $0.receive(max, now, visibilityMs, maxReceiveCount) }
            guard received.isEmpty, now < deadline else { return received }
            do {
                try await clock.sleep(until: min(deadline, now.adding(ms: Int64(Self.pollMs))))
            } catch {
                return []
            }
        }
    }

    package func delete(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        let now = clock.now()
        return state.withLock { state in
            receipts.map { receipt in
                guard let index = state.messages.good(receipt, now) else { return .stale }
                state.messages.remove(at: index)
                return .done
            }
        }
    }

    package func changeVisibility(_ changes: [VisibilityChange]) async throws(PortError) -> [EntryResult] {
        let now = clock.now()
        return state.withLock { state in
            changes.map { change in
                guard let index = state.messages.good(change.receipt, now) else { return .stale }
                state.messages[index].visibleAt = now.adding(ms: Int64(change.visibilityMs))
                return .done
            }
        }
    }

    package func stats() async throws(PortError) -> QueueStats {
        let now = clock.now()
        return state.withLock { state in
            let visible = state.messages.count { $0.visibleAt <= now }
            return QueueStats(
                visible: visible, inFlight: state.messages.count - visible, dead: state.dead.count,
                oldestAgeMs: state.messages.first.map { Int(now.ms(since: $0.sentAt)) })
        }
    }

    package func takeDead(max: Int, visibilityMs: Int) async throws(PortError) -> [ReceivedMessage] {
        let now = clock.now()
        return state.withLock { state in
            let due = state.dead.indices.filter { state.dead[$0].visibleAt <= now }.prefix(max)
            return due.map { state.dead[$0].taken(now, visibilityMs) }
        }
    }

    package func deleteDead(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        let now = clock.now()
        return state.withLock { state in
            receipts.map { receipt in
                guard let index = state.dead.good(receipt, now) else { return .stale }
                state.dead.remove(at: index)
                return .done
            }
        }
    }
}

extension ReferenceQueue.State {
    fileprivate mutating func receive(
        _ max: Int, _ now: Timestamp, _ visibilityMs: Int, _ maxReceiveCount: Int
    ) -> [ReceivedMessage] {
        // A message dies when it would be received once too often; until then its group waits for it.
        for index in messages.indices.reversed()
        where messages[index].visibleAt <= now && messages[index].receiveCount >= maxReceiveCount {
            dead.append(messages.remove(at: index))
        }
        var blockedGroups: Set<String> = []
        var received: [ReceivedMessage] = []
        for index in messages.indices where received.count < max {
            let group = messages[index].group
            guard !blockedGroups.contains(group) else { continue }
            guard messages[index].visibleAt <= now else {
                blockedGroups.insert(group)
                continue
            }
            received.append(messages[index].taken(now, visibilityMs))
        }
        return received
    }
}

extension ReferenceQueue.Stored {
    fileprivate mutating func taken(_ now: Timestamp, _ visibilityMs: Int) -> ReceivedMessage {
        receiveCount += 1
        visibleAt = now.adding(ms: Int64(visibilityMs))
        return ReceivedMessage(
            id: id, message: message, group: group, receipt: receipt, receiveCount: receiveCount,
            sentAt: sentAt)
    }
}

extension [ReferenceQueue.Stored] {
    /// A receipt is good for the latest receive only, and until its visibility ends.
    fileprivate func good(_ receipt: ReceiptHandle, _ now: Timestamp) -> Int? {
        firstIndex { $0.receiveCount > 0 && $0.receipt == receipt && now < $0.visibleAt }
    }
}
