import EventLoop

/// Statements that go to the server together and, unless they say otherwise, are one transaction; and the caller
/// who waits for all of their rows.
///
/// It belongs to the pool's loop from its making to its one answer.
final class Exchange: TimerTarget {
    typealias Answer = Result<[ResultRows], PostgresFailure>
    typealias Continuation = UnsafeContinuation<Answer, Never>

    let queries: [SQLQuery]
    /// Prepared once a connection and remembered. Statements that come once in a lifetime are not.
    let isPrepared: Bool
    let deadlineNs: UInt64
    private var continuation: Continuation?
    private var timer: TimerID?
    private let loop: EventLoop
    /// What is left for the server to say, in its order.
    var steps = ExchangeSteps()
    /// Called when its deadline passes, by whoever has it then.
    var tooLate: ((Exchange) -> Void)?

    init(
        _ queries: [SQLQuery], isPrepared: Bool, deadlineNs: UInt64, loop: EventLoop,
        continuation: Continuation?
    ) {
        self.queries = queries
        self.isPrepared = isPrepared
        self.deadlineNs = deadlineNs
        self.loop = loop
        self.continuation = continuation
    }

    var isAnswered: Bool { continuation == nil }

    func armTimer(atNs timeNs: UInt64) {
        if let timer, loop.move(timer, toNs: timeNs) { return }
        timer = loop.arm(self, atNs: timeNs)
    }

    func timerFired() {
        timer = nil
        tooLate?(self)
    }

    /// The first answer counts; later ones are dropped.
    func answer(_ answer: Answer) {
        if let timer { loop.cancel(timer) }
        timer = nil
        tooLate = nil
        guard let continuation else { return }
        self.continuation = nil
        continuation.resume(returning: answer)
    }
}
