import EventLoop

/// A request on its way to its answer.
final class WireExchange: TimerTarget {
    typealias Completion = (Result<WireAnswer, WireFailure>) -> Void

    let request: WireRequest
    private var completion: Completion?
    /// It was sent once more, because the kept connection it went over had ended.
    var wasRepeated = false
    private var timer: TimerID?
    /// It left the line by itself.
    private(set) var hasGivenUp = false

    init(_ request: WireRequest, completion: @escaping Completion) {
        self.request = request
        self.completion = completion
    }

    /// Calls back, once.
    func finish(_ result: Result<WireAnswer, WireFailure>) {
        guard let told = completion else { return }
        completion = nil
        told(result)
    }

    func beginWaiting(on loop: EventLoop) { timer = loop.arm(self, atNs: request.deadlineNs) }

    func endWaiting(on loop: EventLoop) {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    func timerFired() {
        timer = nil
        hasGivenUp = true
        finish(
            .failure(.init(code: .queueFull, message: "no connection became free in time", wasSent: false)))
    }
}
