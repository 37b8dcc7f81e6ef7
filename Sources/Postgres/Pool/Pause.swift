import EventLoop

/// Somebody who waits before asking again: true when the time has come, false when the pool is closed before.
final class Pause: TimerTarget {
    private let continuation: UnsafeContinuation<Bool, Never>
    private let over: (Pause) -> Void

    init(_ continuation: UnsafeContinuation<Bool, Never>, over: @escaping (Pause) -> Void) {
        self.continuation = continuation
        self.over = over
    }

    func timerFired() {
        over(self)
        continuation.resume(returning: true)
    }

    /// Instead of the timer.
    func giveUp() { continuation.resume(returning: false) }
}
