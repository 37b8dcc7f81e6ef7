import EventLoop

/// Wakes the queues when something is due for somebody who waits, and not otherwise.
final class QueueTimekeeper: TimerTarget {
    private let queues: QueueStore
    private let clock: DoubleClock
    private let loop: EventLoop
    private var timer: TimerID?
    private var armedForMs: Int64 = 0

    init(queues: QueueStore, clock: DoubleClock, loop: EventLoop) {
        self.queues = queues
        self.clock = clock
        self.loop = loop
    }

    /// Call it when waits may have begun, or time has moved.
    func lookAhead() {
        guard let dueMs = queues.nextDueMs else { return stop() }
        if let timer {
            guard dueMs != armedForMs else { return }
            loop.cancel(timer)
        }
        armedForMs = dueMs
        // One more, because both clocks are cut to whole milliseconds.
        let inMs = UInt64(max(dueMs - clock.nowMs, 0)) + 1
        timer = loop.arm(self, atNs: loop.readClockNs() + inMs * 1_000_000)
    }

    /// Time was moved from outside.
    func timeMoved() {
        queues.passTime()
        lookAhead()
    }

    func timerFired() {
        timer = nil
        queues.passTime()
        lookAhead()
    }

    private func stop() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }
}
