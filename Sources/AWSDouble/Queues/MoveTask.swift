/// A StartMessageMoveTask: messages of a dead-letter queue go back, at most so many a second.
final class MoveTask {
    let number: Int
    let source: FIFOQueue
    /// Nil: each message goes to the queue it came from.
    let destination: FIFOQueue?
    let perSecond: Int
    let startedAtMs: Int64
    let toMove: Int
    var moved = 0
    var isRunning = true

    /// SQS moves at most this many a second, and decides itself when it is not told.
    static let maxPerSecond = 500
    /// How often somebody looks whether more may go.
    static let stepMs: Int64 = 50

    init(
        number: Int, source: FIFOQueue, destination: FIFOQueue?, perSecond: Int, startedAtMs: Int64
    ) {
        self.number = number
        self.source = source
        self.destination = destination
        self.perSecond = perSecond
        self.startedAtMs = startedAtMs
        toMove = source.waitingCount
    }

    /// How many may go now.
    func allowance(nowMs: Int64) -> Int {
        let allowed = Int(min(max(nowMs - startedAtMs, 0), 86_400_000)) * perSecond / 1_000 + 1
        return min(allowed, toMove) - moved
    }
}
