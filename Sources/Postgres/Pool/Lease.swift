import EventLoop

/// A caller who waits for a connection of its own.
final class Lease: TimerTarget {
    typealias Answer = Result<LoopBound<PostgresConnection>, PostgresFailure>

    let deadlineNs: UInt64
    private let loop: EventLoop
    private var continuation: UnsafeContinuation<Answer, Never>?
    private var timer: TimerID?
    var tooLate: ((Lease) -> Void)?

    init(deadlineNs: UInt64, loop: EventLoop, continuation: UnsafeContinuation<Answer, Never>) {
        self.deadlineNs = deadlineNs
        self.loop = loop
        self.continuation = continuation
    }

    var isAnswered: Bool { continuation == nil }

    func armTimer(atNs timeNs: UInt64) { timer = loop.arm(self, atNs: timeNs) }

    func timerFired() {
        timer = nil
        tooLate?(self)
    }

    func answer(_ answer: Answer) {
        if let timer { loop.cancel(timer) }
        timer = nil
        tooLate = nil
        guard let continuation else { return }
        self.continuation = nil
        continuation.resume(returning: answer)
    }
}
