import Cryptography
import JSON

/// All queues of the double. It belongs to one loop.
package final class QueueStore {
    var queues: [Text: FIFOQueue] = [:]
    var deletedAtMs: [Text: Int64] = [:]
    var moveTasks: [MoveTask] = []
    var inFlightLimit = FIFOLimits.inFlight
    /// Whether a message that is received is to be delivered once more: a fault that tests ask for.
    var doubles: () -> Bool = { false }
    let clock: DoubleClock
    private var queuesMade = 0
    private var hash = SHA256()

    package init(clock: DoubleClock) { self.clock = clock }

    func queue(_ request: QueueRequest) throws(Refusal) -> FIFOQueue {
        guard let url = request.url else { throw .missingParameter("QueueUrl") }
        guard let slash = url.string.utf8.lastIndex(of: UInt8(ascii: "/")) else { throw .queueMissing }
        let name = Text(String(url.string[url.string.index(after: slash)...]))
        guard let queue = queues[name] else { throw .queueMissing }
        return queue
    }

    func queue(arn: Text) -> FIFOQueue? { queues.values.first { $0.arn == arn } }

    func makeQueue(_ name: Text) -> FIFOQueue {
        queuesMade += 1
        let queue = FIFOQueue(number: queuesMade, name: name, nowMs: clock.nowMs)
        queues[name] = queue
        return queue
    }

    func contentDigest(_ body: Text) -> Text {
        Text(Hexadecimal.text(of: body.withBytes { hash.digest($0).bytes }))
    }

    func removeAll() {
        for queue in queues.values { for waiter in queue.waiters { waiter.finish([]) } }
        queues = [:]
        deletedAtMs = [:]
        moveTasks = []
    }

    // MARK: Time and those who wait

    /// Receives, and gives up what was received too often.
    func receive(_ request: ReceiveRequest, from queue: FIFOQueue) -> [ReceivedMessage] {
        let nowMs = clock.nowMs
        var given: [QueueMessage] = []
        let received = queue.receive(
            request, nowMs: nowMs, giveUp: { given.append($0) }, doubles: doubles)
        if !given.isEmpty, let target = queue.settings.redrive?.targetARN, let dead = self.queue(arn: target)
        {
            for message in given { dead.takeOver(message, from: queue.arn, nowMs: nowMs) }
            if dead !== queue { serve(dead) }
        }
        return received
    }

    /// Gives those who wait what there is now, in the order in which they came.
    func serve(_ queue: FIFOQueue) {
        while let waiter = queue.waiters.first {
            let received = receive(waiter.request, from: queue)
            guard !received.isEmpty else { return }
            queue.waiters.removeFirst()
            waiter.finish(received)
        }
    }

    /// Does what is due by now: messages come back, waits end, moves go on.
    func passTime() {
        let nowMs = clock.nowMs
        for task in moveTasks { move(task, nowMs: nowMs) }
        for queue in queues.values {
            queue.passTime(nowMs)
            serve(queue)
            guard !queue.waiters.isEmpty else { continue }
            let ended = queue.waiters.filter { $0.untilMs <= nowMs }
            queue.waiters.removeAll { $0.untilMs <= nowMs }
            for waiter in ended { waiter.finish([]) }
        }
    }

    /// When something will be due for somebody who waits; nil while nobody does.
    var nextDueMs: Int64? {
        var next: Int64?
        func consider(_ atMs: Int64?) {
            if let atMs { next = min(next ?? atMs, atMs) }
        }
        for queue in queues.values where !queue.waiters.isEmpty {
            consider(queue.nextVisibleAtMs)
            for waiter in queue.waiters { consider(waiter.untilMs) }
        }
        for task in moveTasks where task.isRunning { consider(clock.nowMs + MoveTask.stepMs) }
        return next
    }
}

/// The answer of one call about queues.
package struct QueueAnswer {
    package let body: [UInt8]
    /// What SQS bills: one for every 64 KB begun.
    package var billedRequests = 1
}
