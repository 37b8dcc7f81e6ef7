import EventLoop

/// Every wait of a connection has an end.
extension Connection {
    func setDeadline(_ kind: Deadline, afterMs milliseconds: UInt64) {
        deadlineKind = kind
        deadlineNs = server.loop.nowNs + milliseconds * 1_000_000
        // A timer that fires too early looks at the deadline and goes on waiting: most requests then move no timer.
        guard timer == nil || deadlineNs < timerNs else { return }
        armTimer()
    }

    private func armTimer() {
        timerNs = deadlineNs
        if let timer, server.loop.move(timer, toNs: timerNs) { return }
        timer = server.loop.arm(self, atNs: timerNs)
    }

    func deadlineTimerFired() {
        timer = nil
        guard !flags.contains(.closed) else { return }
        guard server.loop.nowNs >= deadlineNs else { return armTimer() }
        server.metrics.countTimeout(deadlineKind)
        switch deadlineKind {
        case .idle, .linger: close()
        case .write: cutOff()
        case .head, .body:
            guard let input else { return close() }
            refuse(input, .requestTimeout)
            flush()
        case .handler:
            guard let input else { return close() }
            abandon(input)
        }
    }
}
