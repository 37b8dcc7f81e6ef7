extension EventLoop {
    /// Suspends the caller, which runs on this loop, until the time has passed or its task is cancelled.
    package func sleep(forMs milliseconds: UInt64) async {
        let sleeper = LoopBound(Sleeper(), on: self)
        // The clock itself and not the turn's time: a sleep is never shorter than asked for.
        let deadlineNs = Self.deadlineNs(readClockNs(), afterMs: milliseconds)
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                sleeper.value.begin(continuation, on: self, atNs: deadlineNs)
            }
        } onCancel: {
            execute { sleeper.value.cancel() }
        }
    }

    /// Five centuries off is never: a wait computed from a date far away must not stop the program by overflowing.
    private static func deadlineNs(_ nowNs: UInt64, afterMs milliseconds: UInt64) -> UInt64 {
        let (lengthNs, isTooLong) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        let (deadlineNs, isTooLate) = nowNs.addingReportingOverflow(lengthNs)
        return isTooLong || isTooLate ? .max : deadlineNs
    }
}

/// One sleeping task: woken once, by its timer or by its cancellation, whichever comes first.
private final class Sleeper: TimerTarget {
    private var continuation: UnsafeContinuation<Void, Never>?
    private var timer: (id: TimerID, loop: EventLoop)?
    private var isCancelled = false

    func begin(_ continuation: UnsafeContinuation<Void, Never>, on loop: EventLoop, atNs deadlineNs: UInt64) {
        guard !isCancelled else { return continuation.resume() }
        self.continuation = continuation
        timer = (loop.arm(self, atNs: deadlineNs), loop)
    }

    func timerFired() {
        timer = nil
        wake()
    }

    func cancel() {
        isCancelled = true
        if let timer { timer.loop.cancel(timer.id) }
        timer = nil
        wake()
    }

    private func wake() {
        guard let continuation else { return }
        self.continuation = nil
        continuation.resume()
    }
}
