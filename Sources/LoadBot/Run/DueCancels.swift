import EventLoop

/// The cancels of a lane that are not due yet: each follows from its own purchase's 201, a think time later, and is begun
/// then, whatever the server does. It holds its lane: they let go of each other when the lane has finished.
final class DueCancels: TimerTarget {
    private let lane: LoadLane
    /// In the order of their times, since all buyers think for the same time.
    private var waiting: [(place: Int, dueNs: UInt64)] = []
    private var next = 0
    private var timer: TimerID?

    /// More at once, and the answers that have come would wait.
    private static let maxPerTurn = 64

    init(lane: LoadLane) { self.lane = lane }

    var isEmpty: Bool { next == waiting.count }

    /// `place` is the purchase's in the lane's memory.
    func schedule(_ place: Int, dueNs: UInt64) {
        waiting.append((place, dueNs))
        arm()
    }

    func drop() {
        waiting = []
        next = 0
        if let timer { lane.loop.cancel(timer) }
        timer = nil
    }

    func timerFired() {
        timer = nil
        let nowNs = lane.loop.readClockNs()
        var left = Self.maxPerTurn
        while left > 0, !isEmpty, waiting[next].dueNs <= nowNs {
            let due = waiting[next]
            next += 1
            left -= 1
            lane.cancel(due.place, dueNs: due.dueNs, nowNs: nowNs)
        }
        // Those that are gone take no more room than those that wait.
        if next > waiting.count / 2 {
            waiting.removeFirst(next)
            next = 0
        }
        arm()
    }

    private func arm() {
        guard timer == nil, !isEmpty else { return }
        timer = lane.loop.arm(self, atNs: waiting[next].dueNs)
    }
}
