import Cryptography

/// A FIFO queue. Time is told to it, and nothing here waits: whoever waits for messages stands in `waiters` and is
/// served when something changes.
final class FIFOQueue {
    let number: Int
    let name: Text
    let createdAtMs: Int64
    var modifiedAtMs: Int64
    var settings = QueueSettings()
    var waiters: [ReceiveWaiter] = []
    var purgedAtMs: Int64?
    private(set) var inFlightCount = 0
    private(set) var messages: [UInt64: QueueMessage] = [:]
    private var groups: [Text: MessageGroup] = [:]
    private var row = GroupRow()
    private var alarms = VisibilityAlarms()
    private var dedup = DedupWindow()
    private var attempts = ReceiveAttempts()
    /// Extra deliveries that a fault asked for, each given out once.
    private var extras: [QueueMessage] = []
    private var lastSequence: UInt64 = 10_000_000_000_000_000_000
    private var lastReceipt: UInt64 = 0

    init(number: Int, name: Text, nowMs: Int64) {
        self.number = number
        self.name = name
        createdAtMs = nowMs
        modifiedAtMs = nowMs
    }

    var arn: Text { Text("arn:aws:sqs:\(AWSPlace.region):\(AWSPlace.account):\(name)") }
    var waitingCount: Int { messages.count - inFlightCount }
    /// When the next message in flight can be seen again.
    var nextVisibleAtMs: Int64? { alarms.nextAtMs }

    // MARK: Sending

    struct Accepted {
        let messageID: String
        let sequence: UInt64
        let bodyMD5: String
    }

    func send(body: Text, group: Text, dedupID: Text, nowMs: Int64) -> Accepted {
        let bodyMD5 = MD5.hexadecimal(body)
        let scope = settings.dedupsByGroup ? group : nil
        if let earlier = dedup.find(group: scope, id: dedupID, nowMs: nowMs) {
            return Accepted(messageID: earlier.messageID, sequence: earlier.sequence, bodyMD5: bodyMD5)
        }
        lastSequence += 1
        let id = "00000000-0000-4000-8000-" + Digits.padded(number * 1_000_000_000 + messagesMade, to: 12)
        messagesMade += 1
        let message = QueueMessage(
            id: id, body: body, bodyMD5: bodyMD5, group: group, dedupID: dedupID, sequence: lastSequence,
            sentAtMs: nowMs)
        dedup.remember(group: scope, id: dedupID, messageID: id, sequence: lastSequence, nowMs: nowMs)
        add(message)
        return Accepted(messageID: id, sequence: lastSequence, bodyMD5: bodyMD5)
    }

    private var messagesMade = 1

    /// Takes over a message of another queue, behind what is here.
    func takeOver(_ message: QueueMessage, from source: Text?, nowMs: Int64) {
        lastSequence += 1
        let copy = QueueMessage(
            id: message.id, body: message.body, bodyMD5: message.bodyMD5, group: message.group,
            dedupID: message.dedupID, sequence: lastSequence, sentAtMs: nowMs, deadLetterSource: source)
        copy.receiveCount = source == nil ? 0 : message.receiveCount
        add(copy)
    }

    private func add(_ message: QueueMessage) {
        let group = groups[message.group] ?? MessageGroup(id: message.group)
        if group.messages.isEmpty { groups[message.group] = group }
        group.append(message)
        messages[message.sequence] = message
        if group.isAvailable { row.append(group) }
    }

    // MARK: Receiving

    /// Up to `limit` messages that can be seen, as many of one group as there are. `giveUp` is told of those that
    /// were received often enough; they are no longer in this queue.
    func receive(
        _ request: ReceiveRequest, nowMs: Int64, giveUp: (QueueMessage) -> Void, doubles: () -> Bool
    ) -> [ReceivedMessage] {
        passTime(nowMs)
        if let attempt = request.attempt,
            let again = attempts.find(attempt, visibilityMs: request.visibilityMs, nowMs: nowMs)
        {
            for received in again { fly(received.message, forMs: request.visibilityMs, nowMs: nowMs) }
            return again
        }
        var received: [ReceivedMessage] = []
        while received.count < request.limit, let extra = extras.popLast() {
            received.append(take(extra, request, nowMs: nowMs))
        }
        while received.count < request.limit, inFlightCount < request.inFlightLimit,
            let group = row.popAvailable()
        {
            for message in group.messages {
                guard received.count < request.limit, inFlightCount < request.inFlightLimit else { break }
                if message.sentAtMs + Int64(settings.retentionSeconds) * 1_000 <= nowMs {
                    remove(message)
                } else if let redrive = settings.redrive, message.receiveCount >= redrive.maxReceiveCount {
                    remove(message)
                    giveUp(message)
                } else {
                    group.inFlightCount += 1
                    inFlightCount += 1
                    message.isInFlight = true
                    received.append(take(message, request, nowMs: nowMs))
                    if doubles() { extras.append(copy(of: message)) }
                }
            }
            // All of it went elsewhere, or the limit came first: what is left can still be had.
            if group.isAvailable { row.append(group) }
        }
        if let attempt = request.attempt, !received.isEmpty {
            attempts.remember(attempt, received, nowMs: nowMs)
        }
        return received
    }

    private func take(_ message: QueueMessage, _ request: ReceiveRequest, nowMs: Int64) -> ReceivedMessage {
        lastReceipt += 1
        message.receipt = lastReceipt
        message.receiveCount += 1
        message.receivedAtMs = nowMs
        if message.firstReceivedAtMs == 0 { message.firstReceivedAtMs = nowMs }
        if message.isInFlight { fly(message, forMs: request.visibilityMs, nowMs: nowMs) }
        return ReceivedMessage(
            message: message,
            handle: ReceiptHandle(queue: number, sequence: message.sequence, receipt: lastReceipt),
            receiveCount: message.receiveCount)
    }

    private func fly(_ message: QueueMessage, forMs visibilityMs: Int64, nowMs: Int64) {
        message.visibilityNumber += 1
        message.visibleAtMs = nowMs + visibilityMs
        alarms.set(for: message)
    }

    /// The same message once more, whatever becomes of the first: its handle deletes nothing.
    private func copy(of message: QueueMessage) -> QueueMessage {
        let copy = QueueMessage(
            id: message.id, body: message.body, bodyMD5: message.bodyMD5, group: message.group,
            dedupID: message.dedupID, sequence: message.sequence, sentAtMs: message.sentAtMs,
            deadLetterSource: message.deadLetterSource)
        copy.receiveCount = message.receiveCount
        copy.firstReceivedAtMs = message.firstReceivedAtMs
        return copy
    }

    // MARK: What a receiver does with a message

    enum Standing {
        case current(QueueMessage)
        /// Deleted, or never here.
        case gone
        /// Received again since, or visible again.
        case expired
    }

    func standing(_ handle: ReceiptHandle, nowMs: Int64) -> Standing {
        passTime(nowMs)
        guard let message = messages[handle.sequence] else { return .gone }
        return message.isInFlight && message.receipt == handle.receipt ? .current(message) : .expired
    }

    func delete(_ message: QueueMessage) { remove(message) }

    func changeVisibility(of message: QueueMessage, toMs visibilityMs: Int64, nowMs: Int64) {
        guard visibilityMs > 0 else { return land(message) }
        fly(message, forMs: visibilityMs, nowMs: nowMs)
    }

    /// Lets messages be seen again whose time in flight is over.
    func passTime(_ nowMs: Int64) {
        while let message = alarms.popDue(nowMs: nowMs) { land(message) }
    }

    private func land(_ message: QueueMessage) {
        message.isInFlight = false
        message.visibilityNumber += 1
        inFlightCount -= 1
        guard let group = groups[message.group] else { return }
        group.inFlightCount -= 1
        if group.isAvailable { row.append(group) }
    }

    private func remove(_ message: QueueMessage) {
        messages[message.sequence] = nil
        guard let group = groups[message.group] else { return }
        group.remove(message)
        if message.isInFlight {
            message.isInFlight = false
            inFlightCount -= 1
            group.inFlightCount -= 1
        }
        if group.messages.isEmpty { groups[message.group] = nil }
        if group.isAvailable { row.append(group) }
    }

    /// Takes out the oldest messages that nobody holds: a move to another queue.
    func takeOldest(atMost count: Int) -> [QueueMessage] {
        var taken: [QueueMessage] = []
        while taken.count < count, let group = row.popAvailable() {
            for message in group.messages where taken.count < count {
                taken.append(message)
                remove(message)
            }
            if group.isAvailable { row.append(group) }
        }
        return taken
    }

    func purge(nowMs: Int64) {
        purgedAtMs = nowMs
        messages = [:]
        groups = [:]
        row = GroupRow()
        alarms.removeAll()
        extras = []
        inFlightCount = 0
    }
}
