import EventLoop

/// One request on its way to its answer: bytes that are ready, and who takes the answer. Whoever sends many keeps an
/// exchange and its memory, and sends it again once it was answered.
package final class Exchange: TimerTarget {
    /// The whole request as it goes on the wire. It must not change while the exchange is on its way.
    package var bytes: [UInt8]
    package var isHead: Bool
    /// Whether it may be sent again over another connection when the one it went over turns out to be dead.
    package var isRepeatable: Bool
    /// The sender's own: it finds by it what the exchange was about.
    package var tag = 0
    var deadlineNs: UInt64 = 0
    var wasRetried = false
    private var taker: Taker
    /// Set while it waits for a connection.
    private var wait: (timer: TimerID, client: HTTPClient)?
    /// Which of its waits is going on: an entry of a queue with another number is an old one.
    private(set) var waitNumber: UInt64 = 0

    private enum Taker {
        case nobody
        case completion((Result<ClientResponse, HTTPClientError>) -> Void)
        case raw(any AnswerTaker)
    }

    /// An exchange that is sent many times.
    package init(taker: any AnswerTaker) {
        bytes = []
        isHead = false
        isRepeatable = false
        self.taker = .raw(taker)
    }

    init(
        _ request: ClientRequest, bytes: [UInt8],
        completion: @escaping (Result<ClientResponse, HTTPClientError>) -> Void
    ) {
        self.bytes = bytes
        isHead = request.method == .head
        isRepeatable = request.isRepeatable
        taker = .completion(completion)
    }

    func begin(deadlineNs: UInt64) {
        self.deadlineNs = deadlineNs
        wasRetried = false
    }

    // MARK: Waiting for a connection

    var isWaiting: Bool { wait != nil }

    func wait(for client: HTTPClient) {
        waitNumber += 1
        wait = (client.loop.arm(self, atNs: deadlineNs), client)
    }

    func stopWaiting() {
        if let wait { wait.client.loop.cancel(wait.timer) }
        wait = nil
    }

    package func timerFired() {
        guard let client = wait?.client else { return }
        wait = nil
        client.waitedTooLong(self)
    }

    // MARK: Its end

    /// Whether the answer is taken where it lies. Else it is copied first, and its taker finds the connection free.
    var takesRaw: Bool { if case .raw = taker { true } else { false } }

    func finish(_ answer: borrowing RawAnswer) {
        guard case .raw(let taker) = taker else { return }
        taker.took(answer, of: self)
    }

    /// Tells the caller, once.
    func finish(_ result: Result<ClientResponse, HTTPClientError>) {
        switch taker {
        case .nobody: return
        case .completion(let completion):
            taker = .nobody
            completion(result)
        case .raw(let taker):
            if case .failure(let error) = result { taker.failed(error, of: self) }
        }
    }
}
