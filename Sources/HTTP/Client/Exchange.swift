import EventLoop

/// One request on its way to its answer.
final class Exchange: TimerTarget {
    let bytes: [UInt8]
    let isHead: Bool
    let isRepeatable: Bool
    let deadlineNs: UInt64
    var wasRetried = false
    private var completion: ((Result<ClientResponse, HTTPClientError>) -> Void)?
    /// Set while it waits for a connection.
    private var wait: (timer: TimerID, client: HTTPClient)?

    init(
        _ request: ClientRequest, bytes: [UInt8], deadlineNs: UInt64,
        completion: @escaping (Result<ClientResponse, HTTPClientError>) -> Void
    ) {
        self.bytes = bytes
        isHead = request.method == .head
        isRepeatable = request.isRepeatable
        self.deadlineNs = deadlineNs
        self.completion = completion
    }

    func wait(for client: HTTPClient) { wait = (client.loop.arm(self, atNs: deadlineNs), client) }

    func stopWaiting(for client: HTTPClient) {
        if let wait { client.loop.cancel(wait.timer) }
        wait = nil
    }

    func timerFired() {
        guard let client = wait?.client else { return }
        wait = nil
        client.waitedTooLong(self)
    }

    /// Tells the caller, once.
    func finish(_ result: Result<ClientResponse, HTTPClientError>) {
        let told = completion
        completion = nil
        told?(result)
    }
}
